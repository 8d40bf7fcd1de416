import { stringAt } from '../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../objects/object.ts';

export function isReady(pod: KubernetesObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Whether a pod still counts for its workload: it isn't being deleted, and its controller won't replace it. */
export function isLive(pod: KubernetesObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && phaseOf(pod) !== 'Failed' && !isOver(pod);
}

/**
 * Whether a pod that should run forever has ended, with any exit code: it was evicted, rejected by its node, or shut down with it.
 * Its controller creates another one. The release is not to blame.
 */
export function isOver(pod: KubernetesObject): boolean {
  const phase = phaseOf(pod);
  return (phase === 'Failed' || phase === 'Succeeded') && restartPolicyOf(pod) === 'Always';
}

export function phaseOf(pod: KubernetesObject): string {
  return stringAt(pod, 'status', 'phase') ?? '';
}

/** Empty until the pod has a node. */
export function nodeNameOf(pod: KubernetesObject): string {
  return stringAt(pod, 'spec', 'nodeName') ?? '';
}

export function restartPolicyOf(pod: KubernetesObject): string {
  return stringAt(pod, 'spec', 'restartPolicy') ?? 'Always';
}
