import { causeOfEvidence } from '../../../src/kubernetes/failures/causes.ts';
import { podEvidence } from '../../../src/kubernetes/failures/pod-evidence.ts';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import type { ObjectEvent } from '../../../src/kubernetes/objects/relations.ts';
import type { PodSet } from '../../../src/kubernetes/pods/pod-set.ts';
import { pod, relationsAmong, warning, withoutCrashes } from '../objects.ts';

export const NAME = 'shop-1-a';
/** Relations in which the pod has these events. */
export const withEvents = (...events: ObjectEvent[]) => relationsAmong([], { [NAME]: events });
export const normal = (reason: string, message: string, fieldPath = '', at = 0): ObjectEvent => ({
  ...warning(reason, message, fieldPath, at),
  type: 'Normal',
});
/** The cause that a pod and its events show. */
export const causeOf = (of: KubernetesObject, ...events: ObjectEvent[]) => {
  const evidence = podEvidence(of, withEvents(...events), withoutCrashes());
  return evidence && causeOfEvidence(evidence);
};
/** A pod that has no running container yet. */
export const pending = (more: Parameters<typeof pod>[0] = {}) => pod({ phase: 'Pending', ...more });
/** A pod whose node creates its container. */
export const creating = (more: object = {}) =>
  pending({
    state: { waiting: { reason: 'ContainerCreating' } },
    spec: { nodeName: 'node-1' },
    status: { phase: 'Pending', ...more },
  });

/** The pods of a workload. */
export function setOf(current: PodSet['current'], more: Partial<PodSet> = {}): PodSet {
  return { current, old: [], creators: [], desired: current.length, maxUnavailable: 0, countsAttempts: false, ...more };
}
