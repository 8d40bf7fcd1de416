import type { Log } from '../../../core/log.ts';
import type { Context } from '../../../entry/context.ts';
import { formatReference, imageRepository } from '../../../image/reference.ts';
import type { BumpResult, EditedFile } from '../../../manifest/bump/bump-result.ts';
import { unifiedDiff } from '../../../manifest/files/patch.ts';
import type { contract } from '../contract.ts';
import type { ChangePlan } from '../plan.ts';
import { logBump } from './log.ts';
import { ALTERNATIVE, bumpOutputs, warnTooLarge } from './outputs.ts';
import { sourceLinks } from './source-links.ts';
import { bumpSummary } from './summary.ts';

/** @param warnings about images that no field names. */
export async function reportBump(
  result: BumpResult,
  { search, rules, dryRun }: ChangePlan,
  warnings: readonly string[],
  { report, env, log }: Context<typeof contract>,
): Promise<void> {
  const patch = patchOf(result.files, log);
  const outputs = bumpOutputs(result, patch, log);
  report.set(outputs);
  const [{ to } = {}, ...others] = rules.bumps;
  if (to?.digest && others.length === 0) report.subject({ image: imageRepository(to), digest: to.digest });
  report.detail({
    dryRun,
    images: rules.bumps.map(({ to }) => formatReference(to)),
    searched: result.searched,
    matched: result.matched.length,
    files: outputs.files,
    previous: outputs.previous,
  });
  report.section(bumpSummary(result, patch, warnings, dryRun, sourceLinks(env, search.scope.root.top)));
  await logBump(log, result, dryRun);
}

/** A diff has changed lines twice. Of lines beyond this length together it would be too long for an output, and take much memory. */
const MAX_CHANGED_LINES = 2_000_000;

function patchOf(files: readonly EditedFile[], log: Log): string {
  const size = files.reduce((sum, { before, splices }) => sum + changedLength(before, splices), 0);
  if (size <= MAX_CHANGED_LINES)
    return files.map(({ file, before, splices }) => unifiedDiff(file, before, splices)).join('');
  warnTooLarge('patch', 2 * size, log, ALTERNATIVE);
  return '';
}

/** The length of the lines that change. */
function changedLength(text: string, splices: EditedFile['splices']): number {
  let [end, length] = [-1, 0];
  for (const { start } of splices.toSorted((a, b) => a.start - b.start)) {
    if (start <= end) continue;
    const newline = text.indexOf('\n', start);
    end = newline < 0 ? text.length : newline;
    length += end - text.lastIndexOf('\n', start - 1);
  }
  return length;
}
