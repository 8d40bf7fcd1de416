import { at, numberAt, objectAt, stringAt } from '../../../../src/json/json.ts';
import { labelsOf, nameOf, type Obj } from '../model.ts';
import { recordRevision } from './revisions.ts';
import { deletePod, type PodMaker, podOf, portion } from './template.ts';
import { generationOf, isPodActive, isPodAvailable, isPodFinished, isPodReady, kinds, type World } from './world.ts';

const HASH = 'controller-revision-hash';
const NODE = 'kubernetes.io/hostname';

/** Keeps a pod on every node, and replaces old ones as far as maxUnavailable allows. */
export function reconcileDaemonSet(world: World, set: Obj, maker: PodMaker): void {
  const template = objectAt(set, 'spec', 'template') ?? {};
  const prefix = `${nameOf(set)}-`;
  const name = recordRevision(world, set, template, (each) => ({ name: `${prefix}${each}`, label: each }));
  const hash = name.slice(prefix.length);
  const nodes = nodesOf(world);
  const pods = world.ownedBy(kinds.pods, set);
  for (const pod of pods) if (isPodFinished(pod)) deletePod(world, pod);
  for (const node of nodes) {
    // A node gets its new pod once the old one is gone for good.
    if (pods.some((pod) => nodeOf(pod) === node)) continue;
    const pod = podOf(set, `${prefix}${world.suffix()}`, template, { [HASH]: hash, 'pod-template-generation': '1' });
    pod['spec'] = { ...objectAt(pod, 'spec'), nodeSelector: { [NODE]: node } };
    maker.create(set, pod);
  }
  if ((stringAt(set, 'spec', 'updateStrategy', 'type') ?? 'RollingUpdate') === 'RollingUpdate')
    replaceOld(world, set, hash, nodes);
  const latest = world.current(kinds.daemonSets, set);
  if (latest) world.setStatus(kinds.daemonSets, latest, statusOf(world, latest, hash, nodes));
}

function replaceOld(world: World, set: Obj, hash: string, nodes: readonly string[]): void {
  const spared = portion(
    at(set, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 1,
    nodes.length,
    '1',
    Math.ceil,
  );
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const pods = world.ownedBy(kinds.pods, set).filter(isPodActive);
  const old = pods.filter((pod) => labelsOf(pod)[HASH] !== hash);
  const isServing = (pod: Obj) => isPodAvailable(pod, minReady, world);
  for (const pod of old) if (!isServing(pod)) deletePod(world, pod);
  const room = spared - (nodes.length - pods.filter(isServing).length);
  for (const pod of old.filter(isServing).slice(0, Math.max(0, room))) deletePod(world, pod);
}

function statusOf(world: World, set: Obj, hash: string, nodes: readonly string[]): Obj {
  const pods = world.ownedBy(kinds.pods, set).filter(isPodActive);
  const minReady = numberAt(set, 'spec', 'minReadySeconds') ?? 0;
  const available = pods.filter((pod) => isPodAvailable(pod, minReady, world)).length;
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

function nodesOf(world: World): readonly string[] {
  return world.all(kinds.nodes).map(nameOf);
}

function nodeOf(pod: Obj): string | undefined {
  return stringAt(pod, 'spec', 'nodeSelector', NODE);
}
