import type { EditedFile } from '../../manifest/bump/bump-result.ts';
import { writeFiles } from '../../manifest/files/write.ts';

/** Writes the edited files, unless this is a dry run. */
export function writeUnlessDryRun(files: readonly EditedFile[], dryRun: boolean): void {
  if (!dryRun) writeFiles(files);
}

/** What happened to the changed fields, as the log and the title of the summary say it. */
export function outcomeOf(dryRun: boolean): { readonly log: string; readonly title: string } {
  return dryRun
    ? { log: ' would change (dry run, nothing was written)', title: ' would change (dry run)' }
    : { log: ' changed', title: '' };
}
