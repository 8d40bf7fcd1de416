import type { KubernetesObject } from '../objects/object.ts';

/** What the present state of a pod doesn't show. */
export interface PodHistory {
  /** Events and lost pods from before this time (ms since the epoch, by the cluster's clock) belong to an earlier rollout. */
  readonly since: number;
  /** Whether a container of the pod crashed a moment ago, or is being killed. Without a readiness probe it is ready as soon as it runs again. */
  isRecovering(pod: KubernetesObject): boolean;
  /** Whether a container of the pod is known to have run out of memory. */
  ranOutOfMemory(pod: KubernetesObject, container: string): boolean;
}
