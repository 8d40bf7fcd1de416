import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { ActionError } from '../../core/error.ts';
import { describeFsError } from '../../files/fs-error.ts';
import { removeLeftovers } from '../../files/staging.ts';
import { FileChanged, replaceByStaged, requireContent, type StagedFile, stageFile } from './staged-file.ts';

export interface FileWrite {
  /** Absolute path. */
  readonly path: string;
  /** The text that was read; the file must still contain it. */
  readonly before: string;
  readonly after: string;
}

/**
 * Replaces the contents of files. All new contents are first written to temporary files next to the old ones; then each replaces its file
 * atomically, if the file is still as it was read. An interruption leaves no file half written, and the next run removes its temporary
 * files. If a file can't be replaced, the error says which ones were: a second run then does the rest.
 * @throws ActionError `file-changed` if a file no longer contains what was read, `file-not-writable`.
 */
export function writeFiles(writes: readonly FileWrite[]): void {
  const staged: StagedFile[] = [];
  const written: string[] = [];
  const attempt = <T>(path: string, step: () => T): T => {
    try {
      return step();
    } catch (thrown) {
      throw writeError(path, thrown, written);
    }
  };
  for (const folder of new Set(writes.map(({ path }) => dirname(path)))) {
    attempt(folder, () => removeLeftovers(folder));
  }
  try {
    for (const { path, before, after } of writes)
      staged.push(attempt(path, () => stageFile(path, Buffer.from(before), after)));
    // Almost always, this finds a change of any file before the first one is replaced.
    for (const { path, before } of staged) attempt(path, () => requireContent(path, before));
    for (const file of staged) {
      attempt(file.path, () => replaceByStaged(file));
      written.push(file.path);
    }
  } finally {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
  }
}

function writeError(path: string, thrown: unknown, written: readonly string[]): ActionError {
  const done = written.length === 0 ? '' : ` These files were written before: ${written.join(', ')}.`;
  if (thrown instanceof FileChanged)
    return new ActionError({
      code: 'file-changed',
      message: `Something else changed ${path} while it was being edited: ${thrown.message}.${done}`,
      remedy: 'Let only one step at a time write to the checkout, then run this step again.',
    });
  return new ActionError({
    code: 'file-not-writable',
    message: `${path} can't be written: ${describeFsError(thrown)}.${done}`,
    remedy: 'Make sure that the job can write to the checkout, then run this step again.',
    cause: thrown,
  });
}
