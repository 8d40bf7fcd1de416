import type { Context } from '../../../entry/context.ts';
import { formatReference, imageRepository } from '../../../image/reference.ts';
import type { BumpResult } from '../../../manifest/bump/bump-result.ts';
import { unifiedDiff } from '../../../manifest/files/patch.ts';
import type { contract } from '../contract.ts';
import type { ChangePlan } from '../plan.ts';
import { logBump } from './log.ts';
import { bumpOutputs } from './outputs.ts';
import { sourceLinks } from './source-links.ts';
import { bumpSummary } from './summary.ts';

/** @param warnings about images that no field names. */
export async function reportBump(
  result: BumpResult,
  { search, rules, dryRun }: ChangePlan,
  warnings: readonly string[],
  { report, env, log }: Context<typeof contract>,
): Promise<void> {
  const patch = result.files.map(({ file, before, splices }) => unifiedDiff(file, before, splices)).join('');
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
