import { listAt, numberAt, objectAt } from '../../../../src/json/json.ts';
import { nameOf, type Obj } from '../model.ts';
import { byAge, deletePod, type PodMaker, podOf, replicasOf } from './template.ts';
import {
  generationOf,
  isPodActive,
  isPodAvailable,
  isPodReady,
  kinds,
  type World,
  withCondition,
  withoutCondition,
} from './world.ts';

/** Keeps as many pods as a ReplicaSet asks for. */
export function reconcileReplicaSet(world: World, set: Obj, maker: PodMaker): void {
  const pods = world.ownedBy(kinds.pods, set).filter(isPodActive);
  const desired = replicasOf(set);
  let refusal: string | undefined;
  const template = objectAt(set, 'spec', 'template') ?? {};
  for (let missing = desired - pods.length; missing > 0 && refusal === undefined; missing -= 1)
    refusal = maker.create(set, podOf(set, `${nameOf(set)}-${world.suffix()}`, template, {}));
  for (const pod of [...pods].sort(firstToGo).slice(0, Math.max(0, pods.length - desired))) {
    deletePod(world, pod);
    const message = `Deleted pod: ${nameOf(pod)}`;
    world.tell(set, { type: 'Normal', reason: 'SuccessfulDelete', message, from: 'replicaset-controller' });
  }
  world.setStatus(kinds.replicaSets, set, statusOf(world, set, refusal));
}

function statusOf(world: World, set: Obj, refusal: string | undefined): Obj {
  const pods = world.ownedBy(kinds.pods, set).filter(isPodActive);
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const before = listAt(set, 'status', 'conditions');
  const failing = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal ?? '' };
  const conditions =
    refusal === undefined ? withoutCondition(before, 'ReplicaFailure') : withCondition(before, failing, world.stamp());
  return {
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: pods.filter(isPodReady).length,
    availableReplicas: pods.filter((pod) => isPodAvailable(pod, minReady, world)).length,
    observedGeneration: generationOf(set),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

/** Pods that are not ready go before those that are, young ones before old ones. */
function firstToGo(a: Obj, b: Obj): number {
  return Number(isPodReady(a)) - Number(isPodReady(b)) || byAge(b, a);
}
