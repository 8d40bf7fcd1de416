import { ActionError } from '../../../core/error.ts';
import type { Log } from '../../../core/log.ts';
import type { BumpResult } from '../../../manifest/bump/bump-result.ts';
import type { ChangePlan } from '../plan.ts';
import { explainUnmatched } from './explain-unmatched.ts';

/**
 * Checks that fields name every image. If `if-unmatched` is `warn`, logs a warning for each image that no field names.
 * @returns the warnings.
 * @throws ActionError `image-not-found`.
 */
export async function requireMatched(
  result: BumpResult,
  plan: ChangePlan,
  log: Log,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const matched = new Set(result.matched.map(({ bump }) => bump));
  const unmatched = plan.rules.bumps.filter((bump) => !matched.has(bump));
  if (unmatched.length === 0 || plan.ifUnmatched === 'ignore') return [];
  const reasons = await explainUnmatched(unmatched, result, plan, signal);
  if (plan.ifUnmatched === 'warn') {
    for (const reason of reasons) log.warning(reason, { title: 'bump-manifest-tag: image-not-found' });
    return reasons;
  }
  const correction =
    result.searched === 0 && plan.search.paths.length > 0
      ? 'Correct `paths`: it takes globs or folders relative to `root`, one per line'
      : 'Correct `image`, `root` or `paths`, or name the field with `fields`';
  throw new ActionError({
    code: 'image-not-found',
    message: reasons.join('\n'),
    remedy: `${correction}; \`if-unmatched: warn\` lets images pass that no field names.`,
  });
}
