import { listAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { PodSet } from '../pods/pod-set.ts';
import { isLive } from '../pods/pod-state.ts';

/** Remembers the pods of a Job. They prove which image ran, even after they were removed with the Job (`ttlSecondsAfterFinished`). */
export class FinishedJobPods {
  readonly #seen = new Map<string, KubernetesObject>();

  /** The pods of a workload; for a Job also the removed pods that had reported their image. */
  withFinished(pods: PodSet): PodSet {
    if (!pods.countsAttempts) return pods;
    for (const pod of pods.current) {
      if (isLive(pod)) this.#seen.set(pod.metadata.uid, pod);
      // A terminating pod that had finished has done its work. A failed pod has not.
      else if (pod.metadata.deletionTimestamp === undefined) this.#seen.delete(pod.metadata.uid);
    }
    const present = new Set(pods.current.filter(isLive).map(({ metadata }) => metadata.uid));
    const removed = [...this.#seen.values()].filter((pod) => !present.has(pod.metadata.uid) && reportsImages(pod));
    return { ...pods, current: [...pods.current, ...removed] };
  }
}

function reportsImages(pod: KubernetesObject): boolean {
  const statuses = listAt(pod, 'status', 'containerStatuses');
  return statuses.length > 0 && statuses.every((status) => stringAt(status, 'imageID'));
}
