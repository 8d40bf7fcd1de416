import { counted } from '../../../core/counted.ts';
import { numberAt, stringAt } from '../../../json/json.ts';
import { wellKnown } from '../../objects/well-known.ts';
import type { KindRule } from '../rule/kind-rule.ts';
import { podsByHash } from './pod-hash.ts';

/** The rule of `kubectl rollout status`. With OnDelete it is current only once every pod has the new revision. */
export const statefulSet: KindRule = {
  group: 'apps',
  kind: 'StatefulSet',
  describe: {
    current:
      '`updatedReplicas` ≥ `spec.replicas` minus the partition (without a partition: `currentRevision` = `updateRevision`), all pods ready and available, no surplus pods',
    stopped: 'paused: `OnDelete`, and pods of the previous revision are left',
  },
  writesObservedGeneration: true,
  judge(object) {
    const desired = numberAt(object, 'spec', 'replicas') ?? 1;
    const ready = numberAt(object, 'status', 'readyReplicas') ?? 0;
    const available = numberAt(object, 'status', 'availableReplicas') ?? ready;
    const replicas = numberAt(object, 'status', 'replicas') ?? 0;
    const updateRevision = stringAt(object, 'status', 'updateRevision');
    const isComplete = stringAt(object, 'status', 'currentRevision') === updateRevision;
    const updated = isComplete ? replicas : (numberAt(object, 'status', 'updatedReplicas') ?? 0);
    const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
    const wanted = Math.max(0, desired - partition);
    const counts = { ready, total: desired };
    const onDelete = stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
    if (onDelete && updated < desired && ready >= desired)
      return {
        status: 'paused',
        message: `${updated}/${desired} updated; with updateStrategy OnDelete, somebody must delete the old pods`,
        ...counts,
      };
    const missing = [
      ...(updated < wanted ? [`${updated}/${wanted} updated`] : []),
      ...(replicas > desired ? [`${counted(replicas - desired, 'surplus pod')} left`] : []),
      ...(ready < desired ? [`${ready}/${desired} ready`] : []),
      ...(ready >= desired && available < desired ? [`${available}/${desired} available`] : []),
      // With OnDelete the controller never records the update as complete.
      ...(!onDelete && partition === 0 && !isComplete && updated >= wanted && ready >= desired
        ? ['the controller has not yet recorded the update as complete']
        : []),
    ];
    if (missing.length > 0) return { status: 'progressing', message: missing.join(', '), ...counts };
    const part = partition > 0 ? ` (partition ${partition}: ${wanted} of ${desired} are updated)` : '';
    return {
      status: 'current',
      message: desired === 0 ? 'scaled to 0' : `${ready}/${desired} ready${part}`,
      ...counts,
    };
  },
  workload: {
    reads: [wellKnown.pods],
    pods(object, relations) {
      const desired = numberAt(object, 'spec', 'replicas') ?? 1;
      const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
      const pods = podsByHash(object, relations, stringAt(object, 'status', 'updateRevision') ?? '');
      const first = numberAt(object, 'spec', 'ordinals', 'start') ?? 0;
      const isBelowPartition = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1)) < first + partition;
      return {
        ...pods,
        // Pods below the partition keep the previous revision on purpose.
        old: pods.old.filter(({ metadata }) => !isBelowPartition(metadata.name)),
        creators: [object],
        desired: Math.max(0, desired - partition),
        maxUnavailable: 0,
        countsAttempts: false,
      };
    },
  },
};
