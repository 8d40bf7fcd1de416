import { at, numberAt } from '../../../src/json/json.ts';
import { conditionOf, type KubernetesObject } from '../../../src/kubernetes/objects/object.ts';

const isObserved = ({ metadata, ...object }: KubernetesObject) =>
  numberAt(object, 'status', 'observedGeneration') === metadata.generation;
const count = (object: KubernetesObject, field: string) => numberAt(object, 'status', field) ?? 0;

/** Whether a workload's status shows that its rollout is complete, by the rules of kubectl. */
export const isComplete: Readonly<Record<string, (object: KubernetesObject, replicas: number) => boolean>> = {
  Deployment: (object, wanted) =>
    isObserved(object) &&
    ['updatedReplicas', 'replicas', 'availableReplicas'].every((field) => count(object, field) === wanted) &&
    conditionOf(object, 'Progressing')?.reason === 'NewReplicaSetAvailable',
  StatefulSet: (object, wanted) =>
    isObserved(object) &&
    count(object, 'availableReplicas') === wanted &&
    at(object, 'status', 'currentRevision') === at(object, 'status', 'updateRevision'),
  DaemonSet: (object) =>
    isObserved(object) &&
    count(object, 'desiredNumberScheduled') > 0 &&
    ['updatedNumberScheduled', 'numberAvailable'].every(
      (field) => count(object, field) === count(object, 'desiredNumberScheduled'),
    ),
  Job: (object) => conditionOf(object, 'Complete')?.status === 'True',
};
