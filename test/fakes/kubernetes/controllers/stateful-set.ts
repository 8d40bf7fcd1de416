import { at, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { clone, labelsOf, meta, nameOf, namespaceOf, type Obj } from '../model.ts';
import { deletePod, type PodCreator, podOf, replicasOf } from './pod-template.ts';
import { recordRevision, revisionNamed } from './revisions.ts';
import {
  generationOf,
  isPodAvailable,
  isPodFinished,
  isPodReady,
  kinds,
  type SimulatedCluster,
} from './simulated-cluster.ts';

const HASH = 'controller-revision-hash';

/** Takes a StatefulSet one step further: creates pods in order, one at a time, and updates them from the highest ordinal. */
export function reconcileStatefulSet(cluster: SimulatedCluster, set: Obj, creator: PodCreator): void {
  const template = objectAt(set, 'spec', 'template') ?? {};
  const update = recordRevision(cluster, set, template, (hash) => ({ name: `${nameOf(set)}-${hash}`, label: hash }));
  const current = stringAt(set, 'status', 'currentRevision') || update;
  advance(cluster, set, { creator, update, current });
  const latest = cluster.current(kinds.statefulSets, set);
  if (latest) cluster.setStatus(kinds.statefulSets, latest, statusOf(cluster, latest, update, current));
}

interface Revisions {
  readonly creator: PodCreator;
  readonly update: string;
  readonly current: string;
}

function advance(cluster: SimulatedCluster, set: Obj, { creator, update, current }: Revisions): void {
  const desired = replicasOf(set);
  const pods = new Map(cluster.ownedBy(kinds.pods, set).map((pod) => [ordinalOf(pod), pod]));
  const parallel = stringAt(set, 'spec', 'podManagementPolicy') === 'Parallel';
  const partition = numberAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  for (let ordinal = 0; ordinal < desired; ordinal += 1) {
    const pod = pods.get(ordinal);
    if (pod && isPodFinished(pod)) {
      deletePod(cluster, pod);
      return;
    }
    if (!pod) {
      const revision = ordinal < partition ? current : update;
      const made = podFor(cluster, set, ordinal, revision);
      const name = nameOf(made);
      creator.create(set, made, (why) => `create Pod ${name} in StatefulSet ${nameOf(set)} failed error: ${why}`);
      if (!parallel) return;
    } else if (!parallel && !isHealthy(cluster, set, pod)) return;
  }
  const surplus = [...pods.keys()].filter((ordinal) => ordinal >= desired).sort((a, b) => b - a);
  for (const ordinal of surplus) {
    const pod = pods.get(ordinal);
    if (pod && !isTerminating(pod)) deletePod(cluster, pod);
    if (!parallel) return;
  }
  if (stringAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return;
  for (let ordinal = desired - 1; ordinal >= partition; ordinal -= 1) {
    const pod = pods.get(ordinal);
    if (!pod) return;
    if (labelsOf(pod)[HASH] !== update && !isTerminating(pod)) {
      deletePod(cluster, pod);
      const message = `delete Pod ${nameOf(pod)} in StatefulSet ${nameOf(set)} successful`;
      cluster.recordEvent(set, { type: 'Normal', reason: 'SuccessfulDelete', message, from: 'statefulset-controller' });
      return;
    }
    if (!isHealthy(cluster, set, pod)) return;
  }
}

function podFor(cluster: SimulatedCluster, set: Obj, ordinal: number, revision: string): Obj {
  const template = objectAt(revisionNamed(cluster, set, revision), 'data', 'spec', 'template');
  const name = `${nameOf(set)}-${ordinal}`;
  const pod = podOf(set, name, clone(template ?? objectAt(set, 'spec', 'template') ?? {}), {
    [HASH]: revision,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  });
  meta(pod)['namespace'] = namespaceOf(set);
  return pod;
}

function statusOf(cluster: SimulatedCluster, set: Obj, update: string, current: string): Obj {
  const pods = cluster.ownedBy(kinds.pods, set);
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const living = pods.filter((pod) => !isTerminating(pod));
  const ready = pods.filter(isPodReady);
  const updated = living.filter((pod) => labelsOf(pod)[HASH] === update).length;
  const type = stringAt(set, 'spec', 'updateStrategy', 'type') ?? 'RollingUpdate';
  const isDone = type === 'RollingUpdate' && updated === pods.length && ready.length === pods.length;
  const currentRevision = isDone ? update : current;
  return {
    observedGeneration: generationOf(set),
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: pods.filter((pod) => isPodAvailable(pod, minReady, cluster)).length,
    currentReplicas: living.filter((pod) => labelsOf(pod)[HASH] === currentRevision).length,
    updatedReplicas: updated,
    currentRevision,
    updateRevision: update,
    collisionCount: 0,
  };
}

function isHealthy(cluster: SimulatedCluster, set: Obj, pod: Obj): boolean {
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  return !isTerminating(pod) && isPodAvailable(pod, minReady, cluster);
}

function isTerminating(pod: Obj): boolean {
  return at(pod, 'metadata', 'deletionTimestamp') !== undefined;
}

function ordinalOf(pod: Obj): number {
  const name = nameOf(pod);
  return Number(name.slice(name.lastIndexOf('-') + 1));
}
