import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at } from '../../../src/json/json.ts';
import { causeOf } from '../../../src/kubernetes/failures/causes.ts';
import { deployment, digestOf, job, REPOSITORY } from '../../fakes/kubernetes/workloads.ts';
import { release, V2 } from './failing-release.ts';
import { ClusterHarness } from './harness.ts';

const DIGEST = digestOf('2');
let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open();
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: digestOf('1') };
});
afterEach(() => harness.close());

describe('wait-for-rollout, failing releases', () => {
  it('fails if a target is deleted during the wait or never created', async () => {
    harness.images[V2] = { kind: 'serves', digest: DIGEST, readyAfterMs: 60_000 };
    harness.apply(deployment({ image: V2 }));
    harness.after(5000, () => harness.kubernetes.delete({ kind: 'Deployment', name: 'shop' }));
    const deleted = await harness.wait({ resources: 'deployment/shop' });
    expect(deleted.outputs['reason']).toBe('deleted');
    expect(deleted.elapsed).toBe(10_000);
    const missing = await harness.wait({ resources: 'deployment/nobody' });
    expect(missing.outputs['reason']).toBe('not-found');
    expect(missing.elapsed).toBe(60_000);
  });

  it('ends at once for a paused Deployment and a suspended Job', async () => {
    harness.apply(deployment());
    await harness.pass(10_000);
    harness.apply(deployment({ image: V2, spec: { paused: true } }));
    await harness.pass(1000);
    const paused = await harness.wait({ resources: 'deployment/shop' });
    expect(paused.exitCode).toBe(1);
    expect(paused.outputs['result']).toBe('suspended');
    expect(paused.error).toMatch(/deployment\/shop is suspended: it is paused \(spec\.paused\): 0\/3 updated/);
    expect(paused.elapsed).toBe(0);
    harness.apply(job({ spec: { suspend: true } }));
    const suspended = await harness.wait({ resources: 'job/migrate' });
    expect(suspended.outputs['result']).toBe('suspended');
  });

  it('says at the timeout what is missing and since when', async () => {
    harness.images[V2] = { kind: 'unready', digest: DIGEST };
    const { outputs, error, elapsed } = await release(harness, deployment, { timeout: '2m' });
    expect(elapsed).toBe(120_000);
    expect(outputs['result']).toBe('timeout');
    expect(outputs['reason']).toBe('timeout');
    expect(error).toMatch(
      /^1 of 1 not current within 2 min:\ndeployment\/shop: 1\/3 updated, 3 old pods left \(for 1 min 58 s\)\n {2}deployment\/shop → .* → container app\n {2}Unhealthy {2}Readiness probe failed/,
    );
    expect(error.endsWith(causeOf('probe-failing').hint)).toBeTruthy();
  });

  it('says at the timeout that no target uses the expected image', async () => {
    harness.apply(deployment());
    await harness.pass(10_000);
    const { error, outputs } = await harness.wait({
      resources: 'deployment/shop',
      image: `127.0.0.1:9/acme/other@${DIGEST}`,
      timeout: '30s',
    });
    expect(error).toMatch(/no target uses 127\.0\.0\.1:9\/acme\/other; they use 127\.0\.0\.1:9\/acme\/shop/);
    expect(error).toMatch(/^current, but not proven within .*:\n/);
    expect(error).toMatch(/→ Compare `image` with the images/);
    expect(outputs['message'] ?? '').toMatch(/^current, but not proven within .*: no target uses/);
    expect(at([], 0)).toBeUndefined();
  });
});
