import type { Clock } from '../../../../src/core/clock.ts';
import { at, listAt, stringAt } from '../../../../src/json/json.ts';
import { namespaceOf, type Obj, type ServedType } from '../model.ts';
import type { ObjectStore } from '../store.ts';
import { Agenda } from './agenda.ts';
import { reconcileDaemonSet } from './daemon-set.ts';
import { reconcileDeployment } from './deployment.ts';
import type { Images } from './images.ts';
import { reconcileJob } from './job.ts';
import { Kubelet, type SetLogs, type Unschedulable } from './kubelet.ts';
import { reconcileReplicaSet } from './replica-set.ts';
import { reconcileStatefulSet } from './stateful-set.ts';
import { type Admit, deletePod, PodMaker } from './template.ts';
import { kinds, World } from './world.ts';

export interface ControllerOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** What becomes of each image. */
  readonly images: Images;
  readonly setLogs?: SetLogs;
  /** Why a pod may not be created (quota, admission), worded as in `pods "x" is forbidden: …`; undefined where it may. */
  readonly admit?: Admit;
  readonly unschedulable?: Unschedulable;
  /** A pod is ready so many ms after its start where its image says nothing else. Default 500. */
  readonly replicasReadyAfter?: number;
  /** How long a pull takes, in ms. Default 200. */
  readonly pullMs?: number;
  /** How long a pod takes to go away, in ms. Default 300. */
  readonly terminationMs?: number;
  /** How long after a change the controllers act, in ms. Default 10. */
  readonly latencyMs?: number;
  /** Names of the nodes. Default one, `node-1`. */
  readonly nodes?: readonly string[];
  readonly seed?: number;
}

export interface Controllers {
  /** Has all controllers look again, because something outside the cluster has changed. */
  wake(): void;
  /** Ends all of them; no timer is left. @throws what one of them has thrown. */
  stop(): Promise<void>;
}

/** Plays the controllers, the scheduler and the nodes of a cluster on the objects of a store. */
export function startControllers(options: ControllerOptions): Controllers {
  const { store, clock, latencyMs = 10 } = options;
  const world = new World({ store, clock, seed: options.seed ?? 1, wakeAt: (time) => agenda.wakeAt(time) });
  const maker = new PodMaker(world, options.admit ?? (() => undefined));
  const kubelet = new Kubelet(world, {
    images: options.images,
    setLogs: options.setLogs ?? (() => {}),
    unschedulable: options.unschedulable ?? (() => undefined),
    pullMs: options.pullMs ?? 200,
    readyAfterMs: options.replicasReadyAfter ?? 500,
    terminationMs: options.terminationMs ?? 300,
  });
  const agenda = new Agenda(clock, () => {
    collectGarbage(world);
    const each = (type: ServedType, reconcile: (object: Obj) => void) => {
      for (const object of world.all(type))
        if (at(object, 'metadata', 'deletionTimestamp') === undefined) reconcile(object);
    };
    each(kinds.deployments, (object) => reconcileDeployment(world, object));
    each(kinds.replicaSets, (object) => reconcileReplicaSet(world, object, maker));
    each(kinds.statefulSets, (object) => reconcileStatefulSet(world, object, maker));
    each(kinds.daemonSets, (object) => reconcileDaemonSet(world, object, maker));
    each(kinds.jobs, (object) => reconcileJob(world, object, maker));
    for (const pod of world.all(kinds.pods)) kubelet.reconcile(pod);
  });
  const unsubscribe = store.onChange(({ key }) => {
    if (!key.endsWith('/events')) agenda.wakeAt(clock.now() + latencyMs);
  });
  for (const name of options.nodes ?? ['node-1'])
    if (!store.find(kinds.nodes, '', name)) store.create(kinds.nodes, { metadata: { name } });
  agenda.wakeAt(clock.now());
  return {
    wake: () => agenda.wakeAt(clock.now()),
    stop() {
      unsubscribe();
      return agenda.stop();
    },
  };
}

/** Takes away what belongs to an owner that is gone. */
function collectGarbage(world: World): void {
  const owners: readonly ServedType[] = [
    kinds.deployments,
    kinds.replicaSets,
    kinds.statefulSets,
    kinds.daemonSets,
    kinds.jobs,
  ];
  const isOrphan = (object: Obj) =>
    listAt(object, 'metadata', 'ownerReferences').some((reference) => {
      const type = owners.find(({ kind }) => kind === stringAt(reference, 'kind'));
      if (!type) return false;
      const owner = world.store.find(type, namespaceOf(object), stringAt(reference, 'name') ?? '');
      return stringAt(owner, 'metadata', 'uid') !== stringAt(reference, 'uid');
    });
  for (const type of [kinds.replicaSets, kinds.controllerRevisions])
    for (const object of world.all(type)) if (isOrphan(object)) world.store.remove(type, object);
  for (const pod of world.all(kinds.pods))
    if (isOrphan(pod) && at(pod, 'metadata', 'deletionTimestamp') === undefined) deletePod(world, pod);
}
