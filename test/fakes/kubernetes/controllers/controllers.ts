import type { Clock } from '../../../../src/core/clock.ts';
import { at, listAt, stringAt } from '../../../../src/json/json.ts';
import { namespaceOf, type Obj, type ServedType } from '../model.ts';
import type { ObjectStore } from '../store.ts';
import { reconcileDaemonSet } from './daemon-set.ts';
import { reconcileDeployment } from './deployment.ts';
import type { Images } from './images.ts';
import { reconcileJob } from './job.ts';
import { Kubelet, type SetLogs, type Unschedulable } from './kubelet.ts';
import { type Admit, deletePod, PodCreator } from './pod-template.ts';
import { reconcileReplicaSet } from './replica-set.ts';
import { kinds, SimulatedCluster } from './simulated-cluster.ts';
import { reconcileStatefulSet } from './stateful-set.ts';
import { WakeTimer } from './wake-timer.ts';

export interface ControllerOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** How the containers of each image behave. */
  readonly images: Images;
  readonly setLogs?: SetLogs;
  /** Why a pod may not be created (quota, admission), in the words after `pods "x" is forbidden: `; undefined if it may. */
  readonly admit?: Admit;
  readonly unschedulable?: Unschedulable;
  /** How long after its start a pod is ready, in ms, unless its image sets its own time. Default 500. */
  readonly replicasReadyAfter?: number;
  /** How long a pull takes, in ms. Default 200. */
  readonly pullMs?: number;
  /** How long a pod takes to terminate, in ms. Default 300. */
  readonly terminationMs?: number;
  /** How long after a change the controllers react, in ms. Default 10. */
  readonly latencyMs?: number;
  /** Names of the nodes. Default one, `node-1`. */
  readonly nodes?: readonly string[];
  readonly seed?: number;
}

export interface Controllers {
  /** Runs all controllers, because something outside the cluster has changed. */
  wake(): void;
  /** Stops all controllers and timers. @throws the error of a controller. */
  stop(): Promise<void>;
}

/** Simulates the controllers, the scheduler and the nodes of a cluster on the objects of a store. */
export function startControllers(options: ControllerOptions): Controllers {
  const { store, clock, latencyMs = 10 } = options;
  const cluster = new SimulatedCluster({ store, clock, seed: options.seed ?? 1, wakeAt: (time) => timer.wakeAt(time) });
  const creator = new PodCreator(cluster, options.admit ?? (() => undefined));
  const kubelet = new Kubelet(cluster, {
    images: options.images,
    setLogs: options.setLogs ?? (() => {}),
    unschedulable: options.unschedulable ?? (() => undefined),
    pullMs: options.pullMs ?? 200,
    readyAfterMs: options.replicasReadyAfter ?? 500,
    terminationMs: options.terminationMs ?? 300,
  });
  const timer = new WakeTimer(clock, () => {
    collectGarbage(cluster);
    const each = (type: ServedType, reconcile: (object: Obj) => void) => {
      for (const object of cluster.all(type))
        if (at(object, 'metadata', 'deletionTimestamp') === undefined) reconcile(object);
    };
    each(kinds.deployments, (object) => reconcileDeployment(cluster, object));
    each(kinds.replicaSets, (object) => reconcileReplicaSet(cluster, object, creator));
    each(kinds.statefulSets, (object) => reconcileStatefulSet(cluster, object, creator));
    each(kinds.daemonSets, (object) => reconcileDaemonSet(cluster, object, creator));
    each(kinds.jobs, (object) => reconcileJob(cluster, object, creator));
    for (const pod of cluster.all(kinds.pods)) kubelet.reconcile(pod);
  });
  const unsubscribe = store.onChange(({ key }) => {
    if (!key.endsWith('/events')) timer.wakeAt(clock.now() + latencyMs);
  });
  for (const name of options.nodes ?? ['node-1'])
    if (!store.find(kinds.nodes, '', name)) store.create(kinds.nodes, { metadata: { name } });
  timer.wakeAt(clock.now());
  return {
    wake: () => timer.wakeAt(clock.now()),
    stop() {
      unsubscribe();
      return timer.stop();
    },
  };
}

/** Deletes objects whose owner no longer exists. */
function collectGarbage(cluster: SimulatedCluster): void {
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
      const owner = cluster.store.find(type, namespaceOf(object), stringAt(reference, 'name') ?? '');
      return stringAt(owner, 'metadata', 'uid') !== stringAt(reference, 'uid');
    });
  for (const type of [kinds.replicaSets, kinds.controllerRevisions])
    for (const object of cluster.all(type)) if (isOrphan(object)) cluster.store.remove(type, object);
  for (const pod of cluster.all(kinds.pods))
    if (isOrphan(pod) && at(pod, 'metadata', 'deletionTimestamp') === undefined) deletePod(cluster, pod);
}
