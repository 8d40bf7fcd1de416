import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

/** `stable-for`, and pods that are not well although their status is good. */

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
});
afterEach(() => harness.close());

const inputs = { resources: 'deployment/shop', 'stable-for': '25s', timeout: '5m' };
const single = deployment({ spec: { replicas: 1 } });

/** Like the release of a bug report: its liveness probe begins to fail, and it ignores SIGTERM for the grace period of 30 s. */
function hangs(times?: number): void {
  harness.images[`${REPOSITORY}:v1`] = {
    kind: 'hangs',
    digest: digestOf('1'),
    healthyMs: 10_000,
    ignoresMs: 30_000,
    ...(times === undefined ? {} : { times }),
  };
}

describe('wait-for-rollout with stable-for', () => {
  it('is not current while a container is being killed, and fails if it is killed again', async () => {
    hangs();
    harness.apply(single);
    const { outputs, error, changes } = await harness.wait(inputs);
    expectWithNote(outputs['reason'], changes.join('\n')).toBe('liveness-failing');
    expect(error).toMatch(/its node kills its container because a probe fails/);
    expect(error).toMatch(/Killing {2}1 restart {2}Liveness probe failed: HTTP probe failed with statuscode: 500/);
    expect(changes.join('\n')).toMatch(/is being killed: Liveness probe failed/);
  });

  it('starts again once a container that was killed stays up', async () => {
    hangs(1);
    harness.apply(single);
    const { exitCode, error, elapsed } = await harness.wait(inputs);
    expectWithNote(exitCode, error).toBe(0);
    // 12 s until it is killed, 30 s until it ends, 1 s until it runs again, 10 s until that counts, then the window.
    expectWithNote(elapsed >= 12_000 + 30_000 + 10_000 + 25_000, `${elapsed}`).toBeTruthy();
  });

  it('starts again with each failure of a liveness probe, even if no kill follows', async () => {
    harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
    harness.apply(single);
    await harness.pass(10_000);
    harness.after(20_000, () => {
      const [pod] = harness.kubernetes.store.list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default');
      const involvedObject = { kind: 'Pod', ...Object(pod?.['metadata']), fieldPath: 'spec.containers{app}' };
      const lastTimestamp = new Date(harness.clock.now()).toISOString();
      const message = 'Liveness probe failed: timeout';
      harness.apply({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: 'probe', namespace: 'default' },
        ...{ involvedObject, lastTimestamp, message, type: 'Warning', reason: 'Unhealthy' },
      });
    });
    const { exitCode, error, elapsed, changes } = await harness.wait(inputs);
    expectWithNote(exitCode, error).toBe(0);
    expect(elapsed).toBe(45_000);
    expect(changes.join('\n')).toMatch(/pod\/shop-.*: Liveness probe failed: timeout: the time .* starts again/);
  });

  it('starts again if a pod was not ready for a moment that no watch has shown', async () => {
    harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
    harness.apply(single);
    await harness.pass(10_000);
    harness.after(20_000, () => {
      const [pod] = harness.kubernetes.store.list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default');
      if (!pod) return;
      const lastTransitionTime = new Date(harness.clock.now()).toISOString();
      const status = Object(pod['status']);
      const conditions = status.conditions.map((each: object) => ({ ...each, lastTransitionTime }));
      harness.kubernetes.setStatus(pod, { ...status, conditions });
    });
    const { exitCode, elapsed } = await harness.wait(inputs);
    expect([exitCode, elapsed]).toStrictEqual([0, 45_000]);
  });

  it('is not current without it either while a container is being killed', async () => {
    hangs(1);
    harness.apply(single);
    await harness.pass(20_000);
    const { exitCode, elapsed, changes } = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(exitCode, changes.join('\n')).toBe(0);
    expect(elapsed).toBeGreaterThan(30_000);
  });
});
