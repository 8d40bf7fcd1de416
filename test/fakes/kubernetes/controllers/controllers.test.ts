import { describe, expect, it } from '@jest/globals';
import { listAt, numberAt, stringAt } from '../../../../src/json/json.ts';
import { ManualClock } from '../../manual-clock.ts';
import { nameOf, type Obj } from '../model.ts';
import { ObjectStore } from '../store.ts';
import { applyLikeKubectl } from '../verbs.ts';
import { daemonSet, deployment, digestOf, job, statefulSet } from '../workloads.ts';
import { type ControllerOptions, startControllers } from './controllers.ts';
import { isPodReady, kinds } from './simulated-cluster.ts';

const settle = async () => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Starts controllers on a new store and records every change. */
function startCluster(options: Partial<ControllerOptions> = {}) {
  const clock = new ManualClock();
  const store = new ObjectStore(clock);
  const changes: string[] = [];
  store.onChange(({ type, object }) =>
    changes.push(`${type} ${stringAt(object, 'kind')}/${nameOf(object)} ${stringAt(object, 'reason') ?? ''}`),
  );
  const controllers = startControllers({
    images: (reference) => ({ kind: 'serves', digest: digestOf(reference.slice(-1)) }),
    ...options,
    store,
    clock,
  });
  return {
    store,
    clock,
    changes,
    controllers,
    apply: (object: Obj) =>
      applyLikeKubectl(
        store,
        [kinds.deployments, kinds.statefulSets, kinds.daemonSets, kinds.jobs].find(
          ({ kind }) => kind === object['kind'],
        ) ?? kinds.pods,
        object,
      ),
    pods: () => store.list(kinds.pods, 'default'),
    async pass(seconds: number) {
      await settle();
      await clock.advanceTo(clock.now() + seconds * 1000, settle);
    },
  };
}

describe('the controllers of the fake Kubernetes', () => {
  it('roll out a Deployment within maxSurge and maxUnavailable at all times', async () => {
    const { apply, store, pods, pass, controllers } = startCluster();
    const spec = {
      replicas: 5,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 2 } },
    };
    apply(deployment({ image: 'shop:1', spec }));
    await pass(30);
    const seen = { most: 0, fewestReady: 5 };
    store.onChange(() => {
      const alive = pods().filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined);
      seen.most = Math.max(seen.most, alive.length);
      seen.fewestReady = Math.min(seen.fewestReady, alive.filter(isPodReady).length);
    });
    apply(deployment({ image: 'shop:2', spec }));
    await pass(60);
    await controllers.stop();
    expect(seen).toStrictEqual({ most: 6, fewestReady: 3 });
    expect(pods().length).toBe(5);
    for (const pod of pods())
      expect(stringAt(pod, 'status', 'containerStatuses', 0, 'imageID')).toBe(`shop@${digestOf('2')}`);
    const set = store.get(kinds.deployments, 'default', 'shop');
    expect(stringAt(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision')).toBe('2');
    expect(
      listAt(set, 'status', 'conditions')
        .map((each) => `${stringAt(each, 'type')} ${stringAt(each, 'reason')}`)
        .sort(),
    ).toStrictEqual(['Available MinimumReplicasAvailable', 'Progressing NewReplicaSetAvailable']);
  });

  it('give the next revision number to a template that existed before', async () => {
    const { apply, store, pass, controllers } = startCluster();
    for (const version of ['1', '2', '1']) {
      apply(deployment({ image: `shop:${version}` }));
      await pass(30);
    }
    await controllers.stop();
    const revisions = store
      .list(kinds.replicaSets, 'default')
      .map((set) => [
        stringAt(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'),
        numberAt(set, 'spec', 'replicas'),
      ]);
    expect(revisions.sort()).toStrictEqual([
      ['2', 0],
      ['3', 3],
    ]);
  });

  it('create the pods of a StatefulSet in order, and replace them from the highest ordinal', async () => {
    const { apply, pass, changes, controllers } = startCluster();
    const order = (verb: string) =>
      changes.flatMap((line) => (line.startsWith(`${verb} Pod/`) ? (line.split(/[/ ]/)[2] ?? []) : []));
    apply(statefulSet({ image: 'db:1' }));
    await pass(30);
    expect(order('ADDED')).toStrictEqual(['db-0', 'db-1', 'db-2']);
    changes.length = 0;
    apply(statefulSet({ image: 'db:2' }));
    await pass(60);
    await controllers.stop();
    expect(order('DELETED')).toStrictEqual(['db-2', 'db-1', 'db-0']);
    expect(order('ADDED')).toStrictEqual(['db-2', 'db-1', 'db-0']);
  });

  it('keep a pod of a DaemonSet on each node', async () => {
    const { apply, pods, pass, controllers } = startCluster({ nodes: ['a', 'b'] });
    apply(daemonSet({ image: 'agent:1' }));
    await pass(30);
    await controllers.stop();
    expect(
      pods()
        .map((pod) => stringAt(pod, 'spec', 'nodeName'))
        .sort(),
    ).toStrictEqual(['a', 'b']);
  });

  it('retry a Job up to its backoffLimit, with growing delays', async () => {
    const { apply, store, pods, pass, clock, controllers } = startCluster({
      images: () => ({ kind: 'ends', digest: digestOf('1'), exitCode: 1 }),
    });
    const began = clock.now();
    const created: number[] = [];
    store.onChange(({ type, object }) => {
      if (type === 'ADDED' && stringAt(object, 'kind') === 'Pod')
        created.push(Math.round((clock.now() - began) / 1000));
    });
    apply(job({ spec: { backoffLimit: 2 } }));
    await pass(120);
    await controllers.stop();
    expect(created).toStrictEqual([0, 10, 30]);
    expect(pods().length).toBe(3);
    const conditions = listAt(store.get(kinds.jobs, 'default', 'migrate'), 'status', 'conditions');
    expect(stringAt(conditions.at(-1), 'reason')).toBe('BackoffLimitExceeded');
  });

  it('delete the ReplicaSets and pods of a deleted Deployment', async () => {
    const { apply, store, pods, pass, controllers } = startCluster();
    store.remove(kinds.deployments, apply(deployment()));
    apply(deployment());
    await pass(10);
    store.remove(kinds.deployments, store.get(kinds.deployments, 'default', 'shop'));
    await pass(10);
    await controllers.stop();
    expect([pods(), store.list(kinds.replicaSets)]).toStrictEqual([[], []]);
  });

  it('do the same on every run with the same seed, and nothing after they are stopped', async () => {
    const play = async () => {
      const { apply, pass, changes, controllers, clock } = startCluster({ seed: 7 });
      apply(deployment());
      await pass(30);
      await controllers.stop();
      expect(clock.nextAt).toBeUndefined();
      const count = changes.length;
      apply(deployment({ image: 'shop:2' }));
      await pass(30);
      expect(changes.length).toBe(count + 1);
      return changes;
    };
    expect(await play()).toStrictEqual(await play());
  });
});
