import { counted } from '../../../core/counted.ts';
import { numberAt } from '../../../json/json.ts';
import type { KindRule } from '../rule/kind-rule.ts';
import { ownedPods } from './owned-pods.ts';

/** A ReplicaSet alone replaces no pods: those from before a change of the template keep running. */
const rule: Omit<KindRule, 'group' | 'kind'> = {
  describe: { current: '`availableReplicas` ≥ `spec.replicas`, and no surplus pods' },
  writesObservedGeneration: true,
  judge(object) {
    const desired = numberAt(object, 'spec', 'replicas') ?? 1;
    const replicas = numberAt(object, 'status', 'replicas') ?? 0;
    const ready = numberAt(object, 'status', 'readyReplicas') ?? 0;
    const available = numberAt(object, 'status', 'availableReplicas') ?? 0;
    const counts = { ready, total: desired };
    if (replicas > desired)
      return { status: 'progressing', message: `${counted(replicas - desired, 'surplus pod')} left`, ...counts };
    if (available < desired) return { status: 'progressing', message: `${available}/${desired} available`, ...counts };
    return { status: 'current', message: desired === 0 ? 'scaled to 0' : `${ready}/${desired} available`, ...counts };
  },
  workload: ownedPods('replicas', { countsAttempts: false }),
};

export const replicaSet: KindRule = { group: 'apps', kind: 'ReplicaSet', ...rule };
export const replicationController: KindRule = { group: '', kind: 'ReplicationController', ...rule };
