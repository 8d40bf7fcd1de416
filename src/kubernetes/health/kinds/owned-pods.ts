import { numberAt } from '../../../json/json.ts';
import { wellKnown } from '../../objects/well-known.ts';
import type { PodSet } from '../../pods/pod-set.ts';
import type { WorkloadRule } from '../rule/kind-rule.ts';

/** For a workload that owns its pods and never replaces them for a new revision. @param desired the field of its spec with their number. */
export function ownedPods(
  desired: 'replicas' | 'parallelism',
  { countsAttempts }: Pick<PodSet, 'countsAttempts'>,
): WorkloadRule {
  return {
    reads: [wellKnown.pods],
    pods: (object, relations) => ({
      current: relations.ownedBy(object, wellKnown.pods),
      old: [],
      creators: [object],
      desired: numberAt(object, 'spec', desired) ?? 1,
      maxUnavailable: 0,
      countsAttempts,
    }),
  };
}
