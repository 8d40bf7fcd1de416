import type { LostCluster } from '../cluster/reach.ts';
import type { Expectations } from '../targets/expected/expectations.ts';
import { imageUses, targetsMissingImage } from '../targets/image-use.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';

export type WaitResult = 'current' | 'failed' | 'timeout' | 'paused' | 'superseded' | 'suspended';

/** The result of a wait that some clusters could not take part in: it can't be `current`. */
export function withLost(lost: readonly LostCluster[], result: WaitResult): WaitResult {
  return lost.length > 0 && result === 'current' ? 'failed' : result;
}

/** The result of all targets together; undefined while one of them is still progressing. */
export function resultOfTargets(
  targets: readonly WatchedTarget[],
  { expectedImages }: Expectations,
): WaitResult | undefined {
  const statuses = new Set(targets.map(({ assessment }) => assessment.status));
  if (statuses.has('failed')) return 'failed';
  if (statuses.has('progressing') || statuses.has('unknown')) return undefined;
  const isProven =
    expectedImages.every((expectedImage) => imageUses(expectedImage, targets).includes('proven')) &&
    targetsMissingImage(targets).length === 0;
  const stopped = (['superseded', 'suspended', 'paused'] as const).find((status) => statuses.has(status));
  if (stopped === undefined) return isProven ? 'current' : undefined;
  // A newer commit that contains the expected one is applied, and the expected image runs: the release is in place.
  const isContained = targets.every(({ assessment }) => assessment.status === 'current' || assessment.contained);
  return isContained && isProven && expectedImages.length > 0 ? 'current' : stopped;
}
