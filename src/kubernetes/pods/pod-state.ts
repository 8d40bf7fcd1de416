import { stringAt } from '../../json/json.ts';
import { conditionOf, type KubernetesObject } from '../objects/object.ts';

export function isReady(pod: KubernetesObject): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Whether a pod still counts for its workload: not on its way out, and not ended in a way that its controller replaces. */
export function isLive(pod: KubernetesObject): boolean {
  return pod.metadata.deletionTimestamp === undefined && phaseOf(pod) !== 'Failed' && !isOver(pod);
}

/**
 * Whether a pod that should run for ever has ended, by whatever exit code: evicted, refused by its node, or shut down with it.
 * Its controller makes another one; nothing is wrong with the release.
 */
export function isOver(pod: KubernetesObject): boolean {
  const phase = phaseOf(pod);
  return (phase === 'Failed' || phase === 'Succeeded') && restartPolicyOf(pod) === 'Always';
}

export function phaseOf(pod: KubernetesObject): string {
  return stringAt(pod, 'status', 'phase') ?? '';
}

export function restartPolicyOf(pod: KubernetesObject): string {
  return stringAt(pod, 'spec', 'restartPolicy') ?? 'Always';
}
