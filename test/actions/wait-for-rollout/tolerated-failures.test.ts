import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stringAt } from '../../../src/json/json.ts';
import { notFound, rateLimited } from '../../fakes/kubernetes/controllers/images.ts';
import { deployment, digestOf, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { graceOf, release, V2 } from './failing-release.ts';
import { ClusterHarness } from './harness.ts';

const DIGEST = digestOf('2');
const PULLED = 230;
let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
});
afterEach(() => harness.close());

describe('wait-for-rollout, failing releases', () => {
  it('does not fail for a rate-limited pull, a single crash or a slow start', async () => {
    harness.images[V2] = rateLimited(V2, 3, { kind: 'serves', digest: DIGEST });
    const limited = await release(harness);
    expectWithNote(limited.exitCode, limited.error).toBe(0);
    expect(
      limited.log.some((line) => line.includes('the registry limits how often its image can be pulled')),
    ).toBeTruthy();

    harness.images[V2] = { kind: 'ends', digest: DIGEST, exitCode: 1, times: 1 };
    const stumbling = await release(harness);
    expectWithNote(stumbling.exitCode, stumbling.error).toBe(0);

    harness.images[V2] = { kind: 'unready', digest: DIGEST, untilMs: 200_000 };
    const slow = await release(harness, deployment, { timeout: '20m' });
    expectWithNote(slow.exitCode, slow.error).toBe(0);
  });

  it('tolerates as many broken pods as maxUnavailable allows until they are replaced', async () => {
    const broken = new Set<string>();
    harness.images[V2] = () => {
      broken.add(`${broken.size}`);
      return broken.size === 1 ? notFound(V2) : { kind: 'serves', digest: DIGEST };
    };
    const spec = {
      replicas: 4,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    };
    harness.apply(deployment({ image: V2, spec }));
    harness.after(60_000, () => {
      for (const pod of harness.kubernetes.store.list(harness.kubernetes.typeOf({ kind: 'Pod' }), 'default'))
        if (stringAt(pod, 'status', 'phase') === 'Pending') harness.kubernetes.delete(pod);
    });
    const { exitCode, error } = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(exitCode, error).toBe(0);
  });

  it('fails a minute later for a broken pod within maxUnavailable, because the rollout stays incomplete', async () => {
    const [before, broken] = [{ kind: 'serves', digest: DIGEST } as const, notFound(V2)];
    const first = new Set<string>();
    harness.images[V2] = () => {
      first.add(`${first.size}`);
      return first.size === 1 ? broken : before;
    };
    const rollingUpdate = { maxUnavailable: 1, maxSurge: 1 };
    harness.apply(deployment({ image: V2, spec: { replicas: 4, strategy: { type: 'RollingUpdate', rollingUpdate } } }));
    const { outputs, error, elapsed } = await harness.wait({ resources: 'deployment/shop', timeout: '10m' });
    expectWithNote(outputs['reason'], error).toBe('image-not-found');
    expect(error).toMatch(/\n3 of 4 ready/);
    expectWithNote(Math.abs(elapsed - (PULLED + graceOf('image-not-found') + 60_000)), `${elapsed}`).toBeLessThan(200);
  });

  it('ignores failing pods of an earlier release', async () => {
    harness.images[V2] = notFound(V2);
    harness.apply(deployment({ image: V2 }));
    await harness.pass(120_000);
    harness.apply(deployment({ image: `${REPOSITORY}:v1` }));
    const { exitCode, error } = await harness.wait({ resources: 'deployment/shop' });
    expectWithNote(exitCode, error).toBe(0);
  });
});
