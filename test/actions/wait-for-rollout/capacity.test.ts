import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, stringAt } from '../../../src/json/json.ts';
import { daemonSet, deployment, digestOf, job, REPOSITORY, statefulSet } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { graceOf, release, V2 } from './failing-release.ts';
import { ClusterHarness } from './harness.ts';

const DIGEST = digestOf('2');
let harness: ClusterHarness;
const refusals: { admit?: string; unschedulable?: string } = {};
beforeEach(async () => {
  delete refusals.admit;
  delete refusals.unschedulable;
  harness = await ClusterHarness.open({ admit: () => refusals.admit, unschedulable: () => refusals.unschedulable });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
});
afterEach(() => harness.close());

describe('wait-for-rollout, failing releases', () => {
  it('logs a pod that its node has preempted, and waits for its replacement', async () => {
    harness.images[V2] = { kind: 'serves', digest: DIGEST, readyAfterMs: 20_000 };
    // The release starts after 30 s.
    harness.after(40_000, () => {
      const pods = harness.kubernetes.store.list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default');
      const young = pods.find((pod) => stringAt(pod, 'spec', 'containers', 0, 'image') === V2);
      const status = { phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' };
      if (young) harness.kubernetes.setStatus(young, status);
    });
    const { exitCode, error, changes, resources } = await release(harness, deployment, {
      image: `${REPOSITORY}@${DIGEST}`,
    });
    expectWithNote(exitCode, error).toBe(0);
    expectWithNote(
      changes.some((line) =>
        /one of its pods was evicted, preempted or shut down with its node \(Preempting {2}Preempted in order/.test(
          line,
        ),
      ),
      changes.join('\n'),
    ).toBeTruthy();
    expect(at(resources, 0, 'images', 0, 'pods')).toBe(3);
  });

  it('fails for an exceeded quota or a denied admission and quotes the API server', async () => {
    refusals.admit = 'exceeded quota: compute, requested: pods=1, used: pods=3, limited: pods=3';
    harness.images[V2] = { kind: 'serves', digest: DIGEST };
    harness.apply(deployment({ image: V2 }));
    const quota = await harness.wait({ resources: 'deployment/shop' });
    expect(quota.outputs['reason']).toBe('quota-exceeded');
    expect(quota.error).toMatch(
      /deployment\/shop → replicaset\/shop-\w+\nFailedCreate {2}pods "shop-\S+" is forbidden: exceeded quota: compute/,
    );
    expectWithNote(Math.abs(quota.elapsed - graceOf('quota-exceeded')), `${quota.elapsed}`).toBeLessThan(100);

    refusals.admit = 'admission webhook "policy.example" denied the request: images must be pinned';
    for (const object of [statefulSet({ image: V2 }), daemonSet({ image: V2 }), job({ image: V2 })]) {
      harness.apply(object);
      const name = `${stringAt(object, 'kind')}/${stringAt(object, 'metadata', 'name')}`;
      const { outputs, error } = await harness.wait({ resources: name });
      expectWithNote(outputs['reason'], error).toBe('admission-denied');
      expect(error).toMatch(/images must be pinned/);
    }
  });

  it('waits for a node with enough resources, and fails if none appears within the grace', async () => {
    const none = '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available.';
    harness.images[V2] = { kind: 'serves', digest: DIGEST };
    refusals.unschedulable = none;
    harness.apply(deployment({ image: V2 }));
    harness.after(40_000, () => {
      delete refusals.unschedulable;
    });
    const helped = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(helped.exitCode, helped.error).toBe(0);
    refusals.unschedulable = none;
    harness.apply(deployment({ name: 'other', image: V2 }));
    const full = await harness.wait({ resources: 'deployment/other' });
    expect(full.outputs['reason']).toBe('unschedulable');
    expect(full.error).toMatch(/Unschedulable {2}0\/3 nodes are available: 3 Insufficient memory/);
    expectWithNote(Math.abs(full.elapsed - graceOf('unschedulable')), `${full.elapsed}`).toBeLessThan(100);
  });

  it('waits for resources that a terminating old pod still holds, however long it takes', async () => {
    await harness.close();
    harness = await ClusterHarness.open({
      terminationMs: 200_000,
      unschedulable: (pod) => {
        const pods = harness.kubernetes.store.list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default');
        const placed = pods.filter((each) => stringAt(each, 'spec', 'nodeName') !== undefined);
        return placed.some((each) => each !== pod) ? '0/1 nodes are available: 1 Insufficient cpu.' : undefined;
      },
    });
    for (const version of ['v1', 'v2'])
      harness.images[`${REPOSITORY}:${version}`] = { kind: 'serves', digest: digestOf(version.slice(1)) };
    const rollingUpdate = { maxUnavailable: 1, maxSurge: 0 };
    const spec = { replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate } };
    const { exitCode, error, changes } = await release(harness, (parts) => deployment({ ...parts, spec }));
    expectWithNote(exitCode, error).toBe(0);
    expectWithNote(
      changes.some((line) => line.includes('Insufficient cpu')),
      changes.join('\n'),
    ).toBeTruthy();
  });
});
