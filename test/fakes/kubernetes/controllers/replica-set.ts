import { listAt, numberAt, objectAt } from '../../../../src/json/json.ts';
import { nameOf, type Obj } from '../model.ts';
import { byAge, deletePod, type PodCreator, podOf, replicasOf } from './pod-template.ts';
import {
  generationOf,
  isPodActive,
  isPodAvailable,
  isPodReady,
  kinds,
  type SimulatedCluster,
  withCondition,
  withoutCondition,
} from './simulated-cluster.ts';

/** Keeps the number of pods that a ReplicaSet wants. */
export function reconcileReplicaSet(cluster: SimulatedCluster, set: Obj, creator: PodCreator): void {
  const pods = cluster.ownedBy(kinds.pods, set).filter(isPodActive);
  const desired = replicasOf(set);
  let refusal: string | undefined;
  const template = objectAt(set, 'spec', 'template') ?? {};
  for (let missing = desired - pods.length; missing > 0 && refusal === undefined; missing -= 1)
    refusal = creator.create(set, podOf(set, `${nameOf(set)}-${cluster.suffix()}`, template, {}));
  for (const pod of [...pods].sort(deletionOrder).slice(0, Math.max(0, pods.length - desired))) {
    deletePod(cluster, pod);
    const message = `Deleted pod: ${nameOf(pod)}`;
    cluster.recordEvent(set, { type: 'Normal', reason: 'SuccessfulDelete', message, from: 'replicaset-controller' });
  }
  cluster.setStatus(kinds.replicaSets, set, statusOf(cluster, set, refusal));
}

function statusOf(cluster: SimulatedCluster, set: Obj, refusal: string | undefined): Obj {
  const pods = cluster.ownedBy(kinds.pods, set).filter(isPodActive);
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const before = listAt(set, 'status', 'conditions');
  const failing = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal ?? '' };
  const conditions =
    refusal === undefined
      ? withoutCondition(before, 'ReplicaFailure')
      : withCondition(before, failing, cluster.stamp());
  return {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: pods.filter(isPodReady).length,
    availableReplicas: pods.filter((pod) => isPodAvailable(pod, minReady, cluster)).length,
    observedGeneration: generationOf(set),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

/** Pods that are not ready are deleted first, then young ones before old ones. */
function deletionOrder(a: Obj, b: Obj): number {
  return Number(isPodReady(a)) - Number(isPodReady(b)) || byAge(b, a);
}
