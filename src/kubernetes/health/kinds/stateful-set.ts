import { counted } from '../../../core/counted.ts';
import { numberAt, stringAt } from '../../../json/json.ts';
import { wellKnown } from '../../objects/well-known.ts';
import type { KindRule } from '../rule/kind-rule.ts';
import { podsByHash } from './pod-hash.ts';

/** kubectl's rule; OnDelete is current only when every pod carries the new revision (kubectl errors, kstatus says current at once). */
export const statefulSet: KindRule = {
  group: 'apps',
  kind: 'StatefulSet',
  judge(object) {
    const desired = numberAt(object, 'spec', 'replicas') ?? 1;
    const ready = numberAt(object, 'status', 'readyReplicas') ?? 0;
    const available = numberAt(object, 'status', 'availableReplicas') ?? ready;
    const replicas = numberAt(object, 'status', 'replicas') ?? 0;
    const updateRevision = stringAt(object, 'status', 'updateRevision');
    const settled = stringAt(object, 'status', 'currentRevision') === updateRevision;
    const updated = settled ? replicas : (numberAt(object, 'status', 'updatedReplicas') ?? 0);
    const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
    const wanted = Math.max(0, desired - partition);
    const counts = { ready, total: desired };
    const onDelete = stringAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
    if (onDelete && updated < desired && ready >= desired)
      return {
        status: 'paused',
        message: `${updated}/${desired} updated; updateStrategy OnDelete waits for a person to delete the old pods`,
        ...counts,
      };
    const missing = [
      ...(updated < wanted ? [`${updated}/${wanted} updated`] : []),
      ...(replicas > desired ? [`${counted(replicas - desired, 'surplus pod')} left`] : []),
      ...(ready < desired ? [`${ready}/${desired} ready`] : []),
      ...(ready >= desired && available < desired ? [`${available}/${desired} available`] : []),
      // With OnDelete the controller never records it: that every pod is updated is all there is to see.
      ...(!onDelete && partition === 0 && !settled && updated >= wanted && ready >= desired
        ? ['the controller has not yet recorded the update as done']
        : []),
    ];
    if (missing.length > 0) return { status: 'progressing', message: missing.join(', '), ...counts };
    const part = partition > 0 ? ` (partition ${partition}: ${wanted} of ${desired} were to be updated)` : '';
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
      const kept = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1)) < first + partition;
      return {
        ...pods,
        // Pods below the partition keep the earlier revision on purpose.
        old: pods.old.filter(({ metadata }) => !kept(metadata.name)),
        creators: [object],
        desired: Math.max(0, desired - partition),
        maxUnavailable: 0,
        countsAttempts: false,
      };
    },
  },
};
