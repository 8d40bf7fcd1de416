import { counted } from '../../../core/counted.ts';
import { at, booleanAt, numberAt } from '../../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../../objects/object.ts';
import { wellKnown } from '../../objects/well-known.ts';
import { portion } from '../../pods/pod-set.ts';
import type { KindRule } from '../rule/kind-rule.ts';

const REVISION = 'deployment.kubernetes.io/revision';

/** The largest number: the Deployment has no deadline, and its controller writes no Progressing condition. */
const NO_DEADLINE = 2_147_483_647;

/** The rule of `kubectl rollout status`, but `Available` must not be False and a paused Deployment is no success. */
export const deployment: KindRule = {
  group: 'apps',
  kind: 'Deployment',
  describe: {
    current:
      '`updatedReplicas` ≥ `spec.replicas`, no old pods (`replicas` = `updatedReplicas`), all pods available and ready, `Available` not False; with a deadline (one of 2147483647 s is none), the reason of `Progressing` is `NewReplicaSetAvailable`',
    failed: '`Progressing` is False with reason `ProgressDeadlineExceeded` (`progress-deadline`)',
    stopped: 'suspended: `spec.paused`',
  },
  writesObservedGeneration: true,
  judge(object) {
    const desired = numberAt(object, 'spec', 'replicas') ?? 1;
    const updated = numberAt(object, 'status', 'updatedReplicas') ?? 0;
    const replicas = numberAt(object, 'status', 'replicas') ?? 0;
    const available = numberAt(object, 'status', 'availableReplicas') ?? 0;
    const ready = numberAt(object, 'status', 'readyReplicas') ?? 0;
    const counts = { ready: Math.min(ready, updated), total: desired };
    const progressing = conditionOf(object, 'Progressing');
    const missing = [
      ...(updated < desired ? [`${updated}/${desired} updated`] : []),
      ...(replicas > updated ? [`${counted(replicas - updated, 'old pod')} left`] : []),
      ...(available < updated ? [`${available}/${updated} available`] : []),
      ...(ready < desired && available >= updated ? [`${ready}/${desired} ready`] : []),
    ].join(', ');
    if (booleanAt(object, 'spec', 'paused'))
      return { status: 'suspended', message: `it is paused (spec.paused)${missing ? `: ${missing}` : ''}`, ...counts };
    if (progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded')
      return { status: 'failed', cause: 'progress-deadline', message: missing || progressing.message, ...counts };
    if (missing) return { status: 'progressing', message: missing, ...counts };
    const hasDeadline = (numberAt(object, 'spec', 'progressDeadlineSeconds') ?? NO_DEADLINE) !== NO_DEADLINE;
    if (hasDeadline && progressing?.reason !== 'NewReplicaSetAvailable')
      return {
        status: 'progressing',
        message: 'the controller has not yet recorded the new ReplicaSet as available',
        ...counts,
      };
    const serving = conditionOf(object, 'Available');
    if (serving && serving.status !== 'True')
      return { status: 'progressing', message: serving.message || 'not available', ...counts };
    return {
      status: 'current',
      message: desired === 0 ? 'scaled to 0' : `${ready}/${desired} updated and available`,
      ...counts,
    };
  },
  workload: {
    reads: [wellKnown.replicaSets, wellKnown.pods],
    pods(object, relations) {
      const replicaSets = relations.ownedBy(object, wellKnown.replicaSets);
      const revision = object.metadata.annotations[REVISION];
      const current = replicaSets.filter((set) => set.metadata.annotations[REVISION] === revision && revision);
      const podsOf = (sets: readonly KubernetesObject[]) =>
        sets.flatMap((set) => relations.ownedBy(set, wellKnown.pods));
      const desired = numberAt(object, 'spec', 'replicas') ?? 1;
      const recreate = at(object, 'spec', 'strategy', 'type') === 'Recreate';
      return {
        current: podsOf(current),
        old: podsOf(replicaSets.filter((set) => !current.includes(set))),
        creators: current,
        desired,
        maxUnavailable: recreate
          ? 0
          : portion(at(object, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable'), desired, 0),
        countsAttempts: false,
      };
    },
  },
};
