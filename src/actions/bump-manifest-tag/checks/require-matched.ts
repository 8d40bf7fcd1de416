import { ActionError } from '../../../core/error.ts';
import type { Log } from '../../../core/log.ts';
import { findKustomizations } from '../../../manifest/bump/add-missing-entries.ts';
import type { BumpResult } from '../../../manifest/bump/bump-result.ts';
import type { ImageBump } from '../../../manifest/bump/image-bump.ts';
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
  throw new ActionError({
    code: 'image-not-found',
    message: reasons.join('\n'),
    remedy: `${await correction(unmatched, result, plan, signal)}; \`if-unmatched: warn\` lets images pass that no field names.`,
  });
}

async function correction(
  unmatched: readonly ImageBump[],
  { searched, unchanged }: BumpResult,
  { search, rules }: ChangePlan,
  signal: AbortSignal,
): Promise<string> {
  if (searched === 0 && search.paths.length > 0)
    return 'Correct `paths`: it takes globs or folders relative to `root`, one per line';
  const withoutVersion = unmatched.find((bump) =>
    unchanged.some((remark) => remark.bump === bump && remark.cause === 'no-version'),
  );
  const { policy, fields } = rules;
  const takesEntry =
    !policy.create &&
    (fields.kinds.length === 0 || fields.kinds.includes('kustomize')) &&
    (await findKustomizations(search.scope, signal)).length > 0;
  return [
    ...(withoutVersion
      ? [`Set \`pin: ${withoutVersion.to.tag === undefined ? 'digest' : 'tag'}\` to give the field a version`]
      : []),
    ...(takesEntry ? ['Set `create: true` to add the image to the Kustomization that `paths` select'] : []),
    'Correct `image`, `root` or `paths`, or name the field with `fields`',
  ]
    .map((sentence, index) => (index === 0 ? sentence : `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`))
    .join('; or ');
}
