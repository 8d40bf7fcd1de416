import { fieldRows } from '../../../manifest/changes/field-rows.ts';
import type { FileChange } from '../../../manifest/changes/file-change.ts';
import { type DesiredState, editKind } from '../change/desired-state.ts';
import type { GitOpsSession } from '../session/session.ts';
import { versionOf } from '../wording/version.ts';
import type { DeliveryResult } from './result.ts';
import { describeNextStep, describeState } from './summary.ts';

/** The first line: from which branch the change goes to which. */
export function logRoute({ log, repository, branch, base }: GitOpsSession): void {
  log.info(`▸ ${repository.fullName}: ${branch === base ? `straight onto ${base}` : `${branch} → ${base}`}`);
}

/** File names and image references may have line breaks: what follows one would look like a line of ours. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\v\f\u0085\u2028\u2029]+/g, ' ');
}

/** Logs each change on a line of its own. @param bumps say more than the changed files; empty if they aren't known. */
export function logChange({ log }: GitOpsSession, { edits }: DesiredState, bumps: readonly FileChange[]): void {
  const changed = new Set(edits.map(({ path }) => path));
  const shown = fieldRows(bumps.filter(({ file }) => changed.has(file)));
  for (const { file, line, from, to } of shown)
    log.info(oneLine(`  ${file}:${line}  ${versionOf(from)} → ${versionOf(to)}`));
  if (shown.length > 0) return;
  for (const edit of edits) log.info(oneLine(`  ${edit.path}  ${editKind(edit)}`));
}

/** The last lines: whom the pull request waits for, and the result. */
export function logDeliveryResult({ log, base, branch }: GitOpsSession, result: DeliveryResult): void {
  const { pull, operation, head } = result;
  const next = describeNextStep(result).replaceAll('`', '');
  if (next !== '') log.info(`  ${next}`);
  if (result.dryRun) log.info('✓ Dry run: nothing was changed');
  else if (operation === 'committed') log.info(`✓ Committed ${head?.slice(0, 8)} to ${base}`);
  else if (!pull) log.info(`✓ Nothing to do: ${base} has the change already`);
  else if (pull.merged)
    log.info(`✓ #${pull.number} merged into ${base} as ${pull.mergeCommit?.slice(0, 8)}: ${pull.url}`);
  else log.info(`✓ #${pull.number} ${describeState(result, base)} (${branch}): ${pull.url}`);
}
