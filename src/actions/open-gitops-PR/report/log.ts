import type { DesiredState } from '../change/desired-state.ts';
import type { GitOpsSession } from '../session.ts';
import { versionOf } from '../wording/wording.ts';
import { type DeliveryResult, describeNextStep, describeState } from './summary.ts';

/** The way that the change takes. */
export function describeRoute({ branch, base }: Pick<GitOpsSession, 'branch' | 'base'>): string {
  return branch === base ? `straight onto ${base}` : `${branch} → ${base}`;
}

/** What changes from what to what, a line each. */
export function logChange({ inputs, log }: GitOpsSession, { edits }: DesiredState): void {
  const changed = new Set(edits.map(({ path }) => path));
  const bumps = (inputs.changes ?? []).filter(({ file }) => changed.has(file));
  for (const { file, line, from, to } of bumps) log.info(`  ${file}:${line}  ${versionOf(from)} → ${versionOf(to)}`);
  if (bumps.length > 0) return;
  for (const { path, before, after } of edits)
    log.info(`  ${path}  ${before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'}`);
}

/** How it stands; the last line says the result. */
export function logDeliveryResult({ log, base, branch }: GitOpsSession, result: DeliveryResult): void {
  const { pull, operation, head } = result;
  const turn = describeNextStep(result).replaceAll('`', '');
  if (turn !== '') log.info(`  ${turn}`);
  if (result.dryRun) log.info('✓ Dry run: nothing was changed');
  else if (operation === 'committed') log.info(`✓ Committed ${head?.slice(0, 8)} to ${base}`);
  else if (!pull) log.info(`✓ Nothing to do: ${base} has all of it`);
  else if (pull.merged)
    log.info(`✓ #${pull.number} merged into ${base} as ${pull.mergeCommit?.slice(0, 8)}: ${pull.url}`);
  else log.info(`✓ #${pull.number} ${describeState(result, base)} (${branch}): ${pull.url}`);
}
