import { listAt, stringAt } from '../../json/json.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { PodSet } from '../pods/pod-set.ts';
import { isLive } from '../pods/pod-state.ts';

/** Remembers the pods of a Job: what they ran was its work, also when they are removed with it (ttlSecondsAfterFinished). */
export class FinishedJobPods {
  readonly #seen = new Map<string, KubernetesObject>();

  /** The pods of a workload, for a Job with those that are gone and had told which image they ran. */
  withFinished(pods: PodSet): PodSet {
    if (!pods.countsAttempts) return pods;
    for (const pod of pods.current) {
      if (isLive(pod)) this.#seen.set(pod.metadata.uid, pod);
      // A finished pod that is on its way out has done its work; one that failed has not.
      else if (pod.metadata.deletionTimestamp === undefined) this.#seen.delete(pod.metadata.uid);
    }
    const here = new Set(pods.current.filter(isLive).map(({ metadata }) => metadata.uid));
    const gone = [...this.#seen.values()].filter((pod) => !here.has(pod.metadata.uid) && tellsImages(pod));
    return { ...pods, current: [...pods.current, ...gone] };
  }
}

function tellsImages(pod: KubernetesObject): boolean {
  const statuses = listAt(pod, 'status', 'containerStatuses');
  return statuses.length > 0 && statuses.every((status) => stringAt(status, 'imageID'));
}
