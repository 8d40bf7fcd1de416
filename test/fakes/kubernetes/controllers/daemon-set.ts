import { at, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { labelsOf, nameOf, type Obj } from '../model.ts';
import { deletePod, type PodCreator, podOf, portion } from './pod-template.ts';
import { recordRevision } from './revisions.ts';
import {
  generationOf,
  isPodActive,
  isPodAvailable,
  isPodFinished,
  isPodReady,
  kinds,
  type SimulatedCluster,
} from './simulated-cluster.ts';

const HASH = 'controller-revision-hash';
const NODE = 'kubernetes.io/hostname';

/** Keeps a pod on every node, and replaces old pods within maxUnavailable. */
export function reconcileDaemonSet(cluster: SimulatedCluster, set: Obj, creator: PodCreator): void {
  const template = objectAt(set, 'spec', 'template') ?? {};
  const prefix = `${nameOf(set)}-`;
  const name = recordRevision(cluster, set, template, (each) => ({ name: `${prefix}${each}`, label: each }));
  const hash = name.slice(prefix.length);
  const nodes = nodesOf(cluster);
  const pods = cluster.ownedBy(kinds.pods, set);
  for (const pod of pods) if (isPodFinished(pod)) deletePod(cluster, pod);
  for (const node of nodes) {
    // A node gets its new pod after the old one has been removed.
    if (pods.some((pod) => nodeOf(pod) === node)) continue;
    const pod = podOf(set, `${prefix}${cluster.suffix()}`, template, { [HASH]: hash, 'pod-template-generation': '1' });
    pod['spec'] = { ...objectAt(pod, 'spec'), nodeSelector: { [NODE]: node } };
    creator.create(set, pod);
  }
  if ((stringAt(set, 'spec', 'updateStrategy', 'type') ?? 'RollingUpdate') === 'RollingUpdate')
    replaceOld(cluster, set, hash, nodes);
  const latest = cluster.current(kinds.daemonSets, set);
  if (latest) cluster.setStatus(kinds.daemonSets, latest, statusOf(cluster, latest, hash, nodes));
}

function replaceOld(cluster: SimulatedCluster, set: Obj, hash: string, nodes: readonly string[]): void {
  const maxUnavailable = portion(
    at(set, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 1,
    nodes.length,
    '1',
    Math.ceil,
  );
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const pods = cluster.ownedBy(kinds.pods, set).filter(isPodActive);
  const old = pods.filter((pod) => labelsOf(pod)[HASH] !== hash);
  const isServing = (pod: Obj) => isPodAvailable(pod, minReady, cluster);
  for (const pod of old) if (!isServing(pod)) deletePod(cluster, pod);
  const room = maxUnavailable - (nodes.length - pods.filter(isServing).length);
  for (const pod of old.filter(isServing).slice(0, Math.max(0, room))) deletePod(cluster, pod);
}

function statusOf(cluster: SimulatedCluster, set: Obj, hash: string, nodes: readonly string[]): Obj {
  const pods = cluster.ownedBy(kinds.pods, set).filter(isPodActive);
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const available = pods.filter((pod) => isPodAvailable(pod, minReady, cluster)).length;
  return {
    observedGeneration: generationOf(set),
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes.length,
    numberReady: pods.filter(isPodReady).length,
    updatedNumberScheduled: pods.filter((pod) => labelsOf(pod)[HASH] === hash).length,
    numberAvailable: available,
    ...(nodes.length > available ? { numberUnavailable: nodes.length - available } : {}),
  };
}

function nodesOf(cluster: SimulatedCluster): readonly string[] {
  return cluster.all(kinds.nodes).map(nameOf);
}

function nodeOf(pod: Obj): string | undefined {
  return stringAt(pod, 'spec', 'nodeSelector', NODE);
}
