import { formatDuration } from '../../core/duration.ts';
import { conditionOf, type KubernetesObject } from '../objects/object.ts';
import type { Relations } from '../objects/relations.ts';
import { nodeNameOf } from '../pods/pod-state.ts';
import type { Evidence } from './evidence.ts';

/** How long after its grace period a pod may take to be removed, in ms. */
const REMOVAL = 10_000;

/** Why a deleted pod is still there, and what to do. @param now by the cluster's clock. */
export function terminatingEvidence(pod: KubernetesObject, relations: Relations, now: number): Evidence {
  const { name, namespace, finalizers, deletionGracePeriodSeconds = 0 } = pod.metadata;
  // The server sets the time at which the grace period ends.
  const endsAt = Date.parse(pod.metadata.deletionTimestamp ?? '') || now;
  const common = { source: 'hold-up', reason: 'Terminating', object: pod } as const;
  const since = endsAt - deletionGracePeriodSeconds * 1000;
  const node = nodeNameOf(pod);
  const force = `kubectl delete pod ${name} --namespace ${namespace} --grace-period=0 --force`;
  if (isNodeLost(pod, relations))
    return {
      ...common,
      since,
      message: `its node ${node} does not respond`,
      hint: `Repair the node. If it is gone for good, remove it (\`kubectl delete node ${node}\`) or the pod (\`${force}\`).`,
    };
  if (finalizers.length > 0)
    return {
      ...common,
      since,
      message: `its finalizers are not removed: ${finalizers.join(', ')}`,
      hint: 'Check the controller of the finalizer: it must do its work and remove it.',
    };
  if (endsAt + REMOVAL > now)
    return {
      ...common,
      since,
      message: `its grace period of ${formatDuration(deletionGracePeriodSeconds * 1000)} has not passed`,
      hint: 'Let the program end at SIGTERM, or lower `terminationGracePeriodSeconds`.',
    };
  return {
    ...common,
    since,
    message: `its grace period has passed, but node ${node} has not confirmed that it ended`,
    hint: `Check the node and its kubelet. If the node is gone for good: \`${force}\`.`,
  };
}

/** Whether the node has been marked as lost. */
function isNodeLost(pod: KubernetesObject, relations: Relations): boolean {
  const disruption = conditionOf(pod, 'DisruptionTarget');
  return (
    (disruption?.status === 'True' && disruption.reason === 'DeletionByTaintManager') ||
    relations.events(pod).some(({ reason }) => reason === 'NodeNotReady')
  );
}
