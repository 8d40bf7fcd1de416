// wait-for-rollout on a real cluster: successful updates of each kind, and changes to a workload during the wait.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectWithNote, invariant } from '../jest-support.ts';
import { Harness } from './components/harness.ts';
import { usesImage } from './components/namespace-observer.ts';
import { isComplete } from './components/rollout-complete.ts';
import {
  RolloutFixture,
  runningImages,
  type WaitResult,
  type WorkloadOverrides,
} from './components/rollout-fixture.ts';
import { completed, neverReady, replicas, slowToReady, withImage } from './components/workload-overrides.ts';

const harness = new Harness();
let rollouts: RolloutFixture;
const timings: string[] = [];

beforeAll(async () => {
  rollouts = await RolloutFixture.open(harness, 'changes');
});
afterAll(async () => {
  console.log(`Time from the last needed change in the API to the result:\n${timings.sort().join('\n')}`);
  await harness.close();
  await rollouts.close();
});

/** A workload `app` with an image. */
function workload(kind: string, image: string, ...overrides: readonly WorkloadOverrides[]): object {
  return rollouts.workload(kind, withImage(image, ...overrides));
}

describe('wait-for-rollout succeeds within half a second of the end of an update, and proves the new image', () => {
  const recreate = { strategy: { type: 'Recreate' } };
  const updates: Readonly<Record<string, { kind: string; parts: readonly WorkloadOverrides[]; replicas: number }>> = {
    'Deployment, RollingUpdate': { kind: 'Deployment', parts: [slowToReady, replicas(3)], replicas: 3 },
    'Deployment, Recreate': { kind: 'Deployment', parts: [slowToReady, replicas(2, recreate)], replicas: 2 },
    StatefulSet: { kind: 'StatefulSet', parts: [slowToReady, replicas(2)], replicas: 2 },
    DaemonSet: { kind: 'DaemonSet', parts: [slowToReady], replicas: 1 },
  };
  test.concurrent.each(Object.entries(updates))('%s', async (name, { kind, parts, replicas: wanted }) => {
    const [first, second] = rollouts.images;
    const namespace = await rollouts.newNamespace();
    const resources = `${kind.toLowerCase()}/app`;
    await rollouts.apply(namespace, workload(kind, first.tagged, ...parts));
    const before = await rollouts.wait({ namespace, resources, image: first.pinned, ...insecure() });
    expectWithNote(before.exitCode, before.text).toBe(0);
    const observer = rollouts.observe(namespace);
    await rollouts.apply(namespace, workload(kind, second.tagged, ...parts));
    const waited = await rollouts.wait({ namespace, resources, image: second.pinned, ...insecure() });
    expectWithNote(waited.exitCode, waited.text).toBe(0);
    const doneAt = observer.firstSeen(
      (object) =>
        object.kind === kind && usesImage(object, second.tagged) && (isComplete[kind]?.(object, wanted) ?? false),
    );
    await observer.stop();
    expect((await runningImages(rollouts.cluster, namespace)).every((image) => image === second.tagged)).toBeTruthy();
    expectSoonAfter(name, doneAt, waited);
  });

  test.concurrent('StatefulSet with a partition: only the pods above the partition need the new image', async () => {
    const [first, second] = rollouts.images;
    const namespace = await rollouts.newNamespace();
    const part = replicas(2, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } });
    await rollouts.apply(namespace, workload('StatefulSet', first.tagged, part));
    const resources = 'statefulset/app';
    expect((await rollouts.wait({ namespace, resources })).exitCode).toBe(0);
    await rollouts.apply(namespace, workload('StatefulSet', second.tagged, part));
    const { exitCode, text } = await rollouts.wait({ namespace, resources, image: second.pinned, ...insecure() });
    expectWithNote(exitCode, text).toBe(0);
    expect(text).toMatch(/partition 1: 1 of 2 are updated/);
    expect([...(await runningImages(rollouts.cluster, namespace))].sort()).toStrictEqual([first.tagged, second.tagged]);
  });

  test.concurrent('Job, even if its TTL deletes it as soon as it has finished', async () => {
    const [{ tagged, pinned }] = rollouts.images;
    for (const ttl of [{}, { ttlSecondsAfterFinished: 0 }]) {
      const namespace = await rollouts.newNamespace();
      await rollouts.apply(namespace, workload('Job', tagged, completed, { workload: ttl }));
      const observer = rollouts.observe(namespace);
      const waited = await rollouts.wait({ namespace, resources: 'job/app', image: pinned, ...insecure() });
      const doneAt = observer.firstSeen((object) => object.kind === 'Job' && (isComplete['Job']?.(object, 1) ?? false));
      await observer.stop();
      expectWithNote(waited.exitCode, waited.text).toBe(0);
      expect(waited.text).toMatch(/its pod runs sha256:/);
      expectSoonAfter(`Job${'ttlSecondsAfterFinished' in ttl ? ' with a TTL of 0' : ''}`, doneAt, waited);
    }
  });

  test.concurrent('Pod without a controller', async () => {
    const namespace = await rollouts.newNamespace();
    const spec = rollouts.podSpec({});
    await rollouts.apply(namespace, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'app' }, spec });
    const { exitCode, text } = await rollouts.wait({ namespace, resources: 'pod/app' });
    expectWithNote(exitCode, text).toBe(0);
  });
});

describe('a change to the workload during the wait decides the result', () => {
  /** Waits for a Deployment and changes it as soon as the wait has started. */
  async function changeDuringWait(object: object, change: (namespace: string) => Promise<unknown>, more = {}) {
    const namespace = await rollouts.newNamespace();
    await rollouts.apply(namespace, object);
    let changed: Promise<unknown> | undefined;
    const waited = await rollouts.wait({ namespace, resources: 'deployment/app', ...more }, (line) => {
      if (/^ *\d+\.\d+s {2}app {2}.*(available|updated|ready)/.test(line)) changed ??= change(namespace);
    });
    await changed;
    return { ...waited, namespace };
  }
  const kubectl = (...args: string[]) => rollouts.cluster.kubectl.run(...args);

  test.concurrent('paused: suspended', async () => {
    const [{ tagged }] = rollouts.images;
    const pause = (namespace: string) => kubectl('rollout', 'pause', 'deployment/app', '--namespace', namespace);
    const { outputs, text } = await changeDuringWait(workload('Deployment', tagged, neverReady), pause);
    expectWithNote(outputs['result'], text).toBe('suspended');
    expect(text).toMatch(/it is paused \(spec\.paused\)/);
  });

  test.concurrent('deleted: failed', async () => {
    const [{ tagged }] = rollouts.images;
    const remove = (namespace: string) => kubectl('delete', 'deployment/app', '--namespace', namespace);
    const { outputs, text } = await changeDuringWait(workload('Deployment', tagged, neverReady), remove);
    expectWithNote([outputs['result'], outputs['reason']], text).toStrictEqual(['failed', 'deleted']);
  });

  test.concurrent('scaled to 0: current if the spec has the digest, image-unproven if it has only a tag', async () => {
    const [{ tagged, pinned }] = rollouts.images;
    const scale = (namespace: string) => kubectl('scale', 'deployment/app', '--replicas=0', '--namespace', namespace);
    const byDigest = await changeDuringWait(workload('Deployment', pinned, neverReady), scale, {
      image: pinned,
      ...insecure(),
    });
    expectWithNote(byDigest.outputs['result'], byDigest.text).toBe('current');
    expect(byDigest.text).toMatch(/scaled to 0/);
    const proof = { image: pinned, grace: 'image-unproven=2s', ...insecure() };
    const byTag = await changeDuringWait(workload('Deployment', tagged, neverReady), scale, proof);
    expectWithNote(byTag.outputs['reason'], byTag.text).toBe('image-unproven');
  });

  test.concurrent('updated to another image: superseded', async () => {
    const [first, second] = rollouts.images;
    const replace = (namespace: string) => rollouts.apply(namespace, workload('Deployment', second.pinned));
    const expected = { image: first.pinned, ...insecure() };
    const { outputs, text } = await changeDuringWait(
      workload('Deployment', first.pinned, neverReady),
      replace,
      expected,
    );
    expectWithNote(outputs['result'], text).toBe('superseded');
    expect(text).toMatch(/another image replaced it/);
  });
});

/** Expects the result within half a second of the end of the rollout. */
function expectSoonAfter(name: string, doneAt: number | undefined, { startedAt, decidedAt, text }: WaitResult): void {
  invariant(doneAt !== undefined, `the API never showed the end of the rollout\n${text}`);
  const delay = decidedAt - Math.max(doneAt, startedAt);
  timings.push(`  ${name}: ${delay} ms`);
  expectWithNote(delay, `result ${delay} ms after the end\n${text}`).toBeLessThanOrEqual(500);
}

function insecure(): Readonly<Record<string, string>> {
  return { 'insecure-registries': rollouts.registry };
}
