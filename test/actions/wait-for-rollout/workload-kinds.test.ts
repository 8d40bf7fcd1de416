import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { daemonSet, deployment, digestOf, job, REPOSITORY, statefulSet } from '../../fakes/kubernetes/workloads.ts';
import { expectWithNote } from '../../jest-support.ts';
import { ClusterHarness } from './harness.ts';

const OLD = digestOf('1');
const NEW = digestOf('2');
const v2 = { image: `${REPOSITORY}:v2` };

let harness: ClusterHarness;
beforeEach(async () => {
  harness = await ClusterHarness.open({ nodes: ['node-1', 'node-2', 'node-3'] });
  harness.images[`${REPOSITORY}:v1`] = { kind: 'serves', digest: OLD, readyAfterMs: 1000 };
  harness.images[`${REPOSITORY}:v2`] = { kind: 'serves', digest: NEW, readyAfterMs: 2000 };
});
afterEach(() => harness.close());

describe('wait-for-rollout, successful releases', () => {
  it('waits for minReadySeconds, and until the old pods of strategy Recreate are gone', async () => {
    const spec = { strategy: { type: 'Recreate' }, minReadySeconds: 20 };
    harness.apply(deployment({ spec }));
    await harness.pass(60_000);
    harness.apply(deployment({ ...v2, spec }));
    const { exitCode, elapsed, changes } = await harness.wait({ resources: 'deployment/shop' });
    expect(exitCode).toBe(0);
    expectWithNote(elapsed >= 22_000 && elapsed < 25_000, `${elapsed}`).toBeTruthy();
    expectWithNote(changes, changes.join('\n')).toContain('shop  0/3 available');
  });

  it('waits for all pods of a StatefulSet', async () => {
    harness.apply(statefulSet());
    await harness.pass(20_000);
    harness.apply(statefulSet(v2));
    const { exitCode, changes } = await harness.wait({ resources: 'sts/db', image: `${REPOSITORY}@${NEW}` });
    expect(exitCode).toBe(0);
    expect(changes.at(-1)).toBe('db  3/3 ready, all pods run sha256:222222222222…');
    expect(changes.some((line) => line.includes('2/3 updated'))).toBeTruthy();
  });

  it('waits only for the pods of a StatefulSet above its partition', async () => {
    harness.apply(statefulSet());
    await harness.pass(20_000);
    harness.apply(
      statefulSet({ ...v2, spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } } }),
    );
    const { exitCode, changes } = await harness.wait({ resources: 'sts/db', image: `${REPOSITORY}@${NEW}` });
    expect(exitCode).toBe(0);
    expect(changes.at(-1) ?? '').toMatch(/3\/3 ready \(partition 2: 1 of 3 are updated\), its pod runs sha256:2{12}…/);
  });

  it('ends as paused for updateStrategy OnDelete, and succeeds after the old pods were deleted', async () => {
    const spec = { updateStrategy: { type: 'OnDelete' } };
    harness.apply(statefulSet({ spec }));
    await harness.pass(20_000);
    harness.apply(statefulSet({ ...v2, spec }));
    const waiting = await harness.wait({ resources: 'sts/db' });
    expect(waiting.exitCode).toBe(1);
    expect(waiting.outputs['result']).toBe('paused');
    expect(waiting.error).toMatch(/0\/3 updated; with updateStrategy OnDelete, somebody must delete the old pods/);
    for (const name of ['db-0', 'db-1', 'db-2']) harness.kubernetes.delete({ kind: 'Pod', name });
    await harness.pass(20_000);
    const done = await harness.wait({ resources: 'sts/db', image: `${REPOSITORY}@${NEW}` });
    expectWithNote(done.exitCode, done.error).toBe(0);
  });

  it('waits for the pods of a DaemonSet on all nodes', async () => {
    harness.apply(daemonSet());
    await harness.pass(20_000);
    harness.apply(daemonSet(v2));
    const { exitCode, changes } = await harness.wait({ resources: 'ds/agent', image: `${REPOSITORY}@${NEW}` });
    expect(exitCode).toBe(0);
    expect(changes.at(-1)).toBe('agent  3/3 updated and available, all pods run sha256:222222222222…');
  });

  it('waits until a Job is complete, even if the Job is removed then (ttlSecondsAfterFinished)', async () => {
    harness.images[`${REPOSITORY}:v2`] = { kind: 'ends', digest: NEW, exitCode: 0, afterMs: 30_000 };
    harness.apply(job({ ...v2, spec: { ttlSecondsAfterFinished: 0 } }));
    const { exitCode, changes, elapsed } = await harness.wait({ resources: 'job/migrate' });
    expect(exitCode).toBe(0);
    expectWithNote(elapsed >= 30_000 && elapsed < 32_000, `${elapsed}`).toBeTruthy();
    expect(changes.at(-1) ?? '').toMatch(/^migrate {2}complete, 1\/1 succeeded/);
  });

  it('waits while a Job tries again within its backoffLimit', async () => {
    harness.images[`${REPOSITORY}:v2`] = { kind: 'ends', digest: NEW, exitCode: 3 };
    harness.after(15_000, () => {
      harness.images[`${REPOSITORY}:v2`] = { kind: 'ends', digest: NEW, exitCode: 0 };
    });
    harness.apply(job(v2));
    const { exitCode, error } = await harness.wait({ resources: 'job/migrate' });
    expectWithNote(exitCode, error).toBe(0);
  });
});
