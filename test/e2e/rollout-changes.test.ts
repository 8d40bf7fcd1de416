// wait-for-rollout on a real cluster: updates of each kind that succeed, and what happens to a workload while it is waited for.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at, numberAt, parseJson } from '../../src/json/json.ts';
import { conditionOf, type KubernetesObject } from '../../src/kubernetes/objects/object.ts';
import { expectWithNote, invariant } from '../jest-support.ts';
import { observe, runs } from './components/observer.ts';
import { Rollouts, roleIn, runningImages, type Unlike, type Waited } from './components/rollouts.ts';
import { Stage } from './components/stage.ts';

const stage = new Stage();
let rollouts: Rollouts;
const told: string[] = [];

beforeAll(async () => {
  rollouts = await Rollouts.open(stage, 'changes');
});
afterAll(() => {
  console.log(`From the last needed change of the API to the verdict:\n${told.sort().join('\n')}`);
  return stage.close();
});

const replicas = (count: number, more: object = {}): Unlike => ({ workload: { replicas: count, ...more } });
const slow: Unlike = {
  container: { readinessProbe: { exec: { command: ['/busybox', 'true'] }, initialDelaySeconds: 3, periodSeconds: 1 } },
};
const stuck: Unlike = { container: { readinessProbe: { exec: { command: ['/busybox', 'false'] }, periodSeconds: 1 } } };
const ended: Unlike = { container: { command: ['/busybox', 'true'] }, pod: { restartPolicy: 'Never' } };

/** A workload with one of the two images, by tag or by digest. */
function of(kind: string, image: string, ...parts: readonly Unlike[]): object {
  const merged = {
    container: Object.assign({}, ...parts.map(({ container }) => container), { image }),
    pod: Object.assign({}, ...parts.map(({ pod }) => pod)),
    workload: Object.assign({}, ...parts.map(({ workload }) => workload)),
  };
  return rollouts.workload(kind, merged);
}

const isObserved = ({ metadata, ...object }: KubernetesObject) =>
  numberAt(object, 'status', 'observedGeneration') === metadata.generation;
const count = (object: KubernetesObject, field: string) => numberAt(object, 'status', field) ?? 0;

/** Whether a workload says of itself that it is done, as kubectl's rules have it. */
const isDone: Readonly<Record<string, (object: KubernetesObject, replicas: number) => boolean>> = {
  Deployment: (object, wanted) =>
    isObserved(object) &&
    ['updatedReplicas', 'replicas', 'availableReplicas'].every((field) => count(object, field) === wanted) &&
    conditionOf(object, 'Progressing')?.reason === 'NewReplicaSetAvailable',
  StatefulSet: (object, wanted) =>
    isObserved(object) &&
    count(object, 'availableReplicas') === wanted &&
    at(object, 'status', 'currentRevision') === at(object, 'status', 'updateRevision'),
  DaemonSet: (object) =>
    isObserved(object) &&
    count(object, 'desiredNumberScheduled') > 0 &&
    ['updatedNumberScheduled', 'numberAvailable'].every(
      (field) => count(object, field) === count(object, 'desiredNumberScheduled'),
    ),
  Job: (object) => conditionOf(object, 'Complete')?.status === 'True',
};

describe('an update passes, as soon as the API shows its end, with the new image proven', () => {
  const recreate = { strategy: { type: 'Recreate' } };
  const updates: Readonly<Record<string, { kind: string; parts: readonly Unlike[]; replicas: number }>> = {
    'a rolling update': { kind: 'Deployment', parts: [slow, replicas(3)], replicas: 3 },
    Recreate: { kind: 'Deployment', parts: [slow, replicas(2, recreate)], replicas: 2 },
    'a StatefulSet': { kind: 'StatefulSet', parts: [slow, replicas(2)], replicas: 2 },
    'a DaemonSet': { kind: 'DaemonSet', parts: [slow], replicas: 1 },
  };
  for (const [name, { kind, parts, replicas: wanted }] of Object.entries(updates)) {
    test.concurrent(name, async () => {
      const [first, second] = rollouts.images;
      const namespace = await rollouts.newNamespace();
      const resources = `${kind.toLowerCase()}/app`;
      await rollouts.apply(namespace, of(kind, first.tagged, ...parts));
      const before = await rollouts.wait({ namespace, resources, image: first.pinned, ...insecure() });
      expectWithNote(before.exitCode, before.text).toBe(0);
      const observer = await observe(rollouts.cluster.kubeconfig, namespace);
      await rollouts.apply(namespace, of(kind, second.tagged, ...parts));
      const waited = await rollouts.wait({ namespace, resources, image: second.pinned, ...insecure() });
      expectWithNote(waited.exitCode, waited.text).toBe(0);
      const doneAt = observer.first(
        (object) => object.kind === kind && runs(object, second.tagged) && (isDone[kind]?.(object, wanted) ?? false),
      );
      await observer.stop();
      expect((await runningImages(rollouts.cluster, namespace)).every((image) => image === second.tagged)).toBeTruthy();
      soonAfter(name, doneAt, waited);
    });
  }

  test.concurrent('a StatefulSet with a partition: only the pods above it are updated', async () => {
    const [first, second] = rollouts.images;
    const namespace = await rollouts.newNamespace();
    const part = replicas(2, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } });
    await rollouts.apply(namespace, of('StatefulSet', first.tagged, part));
    const resources = 'statefulset/app';
    expect((await rollouts.wait({ namespace, resources })).exitCode).toBe(0);
    await rollouts.apply(namespace, of('StatefulSet', second.tagged, part));
    const { exitCode, text } = await rollouts.wait({ namespace, resources, image: second.pinned, ...insecure() });
    expectWithNote(exitCode, text).toBe(0);
    expect(text).toMatch(/partition 1: 1 of 2 are updated/);
    expect([...(await runningImages(rollouts.cluster, namespace))].sort()).toStrictEqual([first.tagged, second.tagged]);
  });

  test.concurrent('a Job, also one that removes itself as soon as it has finished', async () => {
    const [{ tagged, pinned }] = rollouts.images;
    for (const ttl of [{}, { ttlSecondsAfterFinished: 0 }]) {
      const namespace = await rollouts.newNamespace();
      await rollouts.apply(namespace, of('Job', tagged, ended, { workload: ttl }));
      const observer = await observe(rollouts.cluster.kubeconfig, namespace);
      const waited = await rollouts.wait({ namespace, resources: 'job/app', image: pinned, ...insecure() });
      const doneAt = observer.first((object) => object.kind === 'Job' && (isDone['Job']?.(object, 1) ?? false));
      await observer.stop();
      expectWithNote(waited.exitCode, waited.text).toBe(0);
      expect(waited.text).toMatch(/its pod runs sha256:/);
      soonAfter(`a Job${'ttlSecondsAfterFinished' in ttl ? ' with a TTL of 0' : ''}`, doneAt, waited);
    }
  });

  test.concurrent('a bare Pod', async () => {
    const namespace = await rollouts.newNamespace();
    const spec = rollouts.podSpec({});
    await rollouts.apply(namespace, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'app' }, spec });
    const { exitCode, text } = await rollouts.wait({ namespace, resources: 'pod/app' });
    expectWithNote(exitCode, text).toBe(0);
  });
});

describe('what happens meanwhile is told as what it is', () => {
  /** Waits for a Deployment, and does something as soon as it is waited for. */
  async function meanwhile(object: object, act: (namespace: string) => Promise<unknown>, more = {}) {
    const namespace = await rollouts.newNamespace();
    await rollouts.apply(namespace, object);
    let acted: Promise<unknown> | undefined;
    const waited = await rollouts.wait({ namespace, resources: 'deployment/app', ...more }, (line) => {
      if (/^ *\d+\.\d+s {2}app {2}.*(available|updated|ready)/.test(line)) acted ??= act(namespace);
    });
    await acted;
    return { ...waited, namespace };
  }
  const kubectl = (...args: string[]) => rollouts.cluster.kubectl.run(...args);

  test.concurrent('paused', async () => {
    const [{ tagged }] = rollouts.images;
    const pause = (namespace: string) => kubectl('rollout', 'pause', 'deployment/app', '--namespace', namespace);
    const { outputs, text } = await meanwhile(of('Deployment', tagged, stuck), pause);
    expectWithNote(outputs['result'], text).toBe('suspended');
    expect(text).toMatch(/it is paused \(spec\.paused\)/);
  });

  test.concurrent('deleted', async () => {
    const [{ tagged }] = rollouts.images;
    const remove = (namespace: string) => kubectl('delete', 'deployment/app', '--namespace', namespace);
    const { outputs, text } = await meanwhile(of('Deployment', tagged, stuck), remove);
    expectWithNote([outputs['result'], outputs['reason']], text).toStrictEqual(['failed', 'deleted']);
  });

  test.concurrent('scaled to 0: current where the spec names the digest, not where it names a tag', async () => {
    const [{ tagged, pinned }] = rollouts.images;
    const scale = (namespace: string) => kubectl('scale', 'deployment/app', '--replicas=0', '--namespace', namespace);
    const byDigest = await meanwhile(of('Deployment', pinned, stuck), scale, { image: pinned, ...insecure() });
    expectWithNote(byDigest.outputs['result'], byDigest.text).toBe('current');
    expect(byDigest.text).toMatch(/scaled to 0/);
    const proof = { image: pinned, grace: 'image-unproven=2s', ...insecure() };
    const byTag = await meanwhile(of('Deployment', tagged, stuck), scale, proof);
    expectWithNote(byTag.outputs['reason'], byTag.text).toBe('image-unproven');
  });

  test.concurrent('replaced by a newer rollout', async () => {
    const [first, second] = rollouts.images;
    const replace = (namespace: string) => rollouts.apply(namespace, of('Deployment', second.pinned));
    const expected = { image: first.pinned, ...insecure() };
    const { outputs, text } = await meanwhile(of('Deployment', first.pinned, stuck), replace, expected);
    expectWithNote(outputs['result'], text).toBe('superseded');
    expect(text).toMatch(/another image replaced it/);
  });
});

describe('on-failure: undo brings back what served before', () => {
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet']) {
    test.concurrent(kind, async () => {
      const [{ tagged }] = rollouts.images;
      const namespace = await rollouts.newNamespace();
      const resources = `${kind.toLowerCase()}/app`;
      const size = kind === 'DaemonSet' ? {} : replicas(2);
      await rollouts.apply(namespace, of(kind, tagged, size));
      expect((await rollouts.wait({ namespace, resources })).exitCode).toBe(0);
      await rollouts.apply(namespace, of(kind, `${rollouts.registry}/rollout/absent:9`, size));
      const { exitCode, outputs, text } = await rollouts.wait({ namespace, resources, 'on-failure': 'undo' });
      expectWithNote(exitCode, text).toBe(1);
      expectWithNote(outputs['reason'], text).toBe('image-not-found');
      const undo = at(parseJson(outputs['resources'] ?? ''), 0, 'undo');
      expectWithNote([at(undo, 'done'), at(undo, 'result'), at(undo, 'images')], text).toStrictEqual([
        true,
        'current',
        [tagged],
      ]);
      expect((await runningImages(rollouts.cluster, namespace)).every((image) => image === tagged)).toBeTruthy();
      const history = await rollouts.cluster.kubectl.run('rollout', 'status', resources, '--namespace', namespace);
      expect(history).toMatch(/successfully rolled out|roll(ing|ed)? ?(update|out) complete/);
    });
  }
});

test('undo is refused before the wait to an account that may not do it, and the Role that it is told is enough', async () => {
  const { cluster } = rollouts;
  const [{ tagged }] = rollouts.images;
  const namespace = await rollouts.newNamespace();
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer' } };
  const size = replicas(2);
  await rollouts.apply(namespace, account, of('StatefulSet', tagged, size));
  const inputs = { namespace, resources: 'statefulset/app', 'on-failure': 'undo' };
  expect((await rollouts.wait(inputs)).exitCode).toBe(0);
  const kubeconfig = await rollouts.kubeconfigOf('deployer', namespace);
  const grant = async (role: string, name: string) => {
    await cluster.kubectl.applyText(role.replace('name: wait-for-rollout', `name: ${name}`));
    const binding = ['create', 'rolebinding', name, '--namespace', namespace, '--role', name];
    await cluster.kubectl.run(...binding, '--serviceaccount', `${namespace}:deployer`);
  };
  const reading = await rollouts.wait({ ...inputs, kubeconfig });
  await grant(roleIn(reading.text), 'reader');
  const refused = await rollouts.wait({ ...inputs, kubeconfig });
  expect(refused.text).toMatch(
    /kubernetes-forbidden: The account lacks permissions .*`on-failure: undo` needs: get statefulsets\.apps/,
  );
  await grant(roleIn(refused.text), 'undoer');
  await rollouts.apply(namespace, of('StatefulSet', `${rollouts.registry}/rollout/absent:9`, size));
  const { outputs, text } = await rollouts.wait({ ...inputs, kubeconfig });
  const undo = at(parseJson(outputs['resources'] ?? ''), 0, 'undo');
  expectWithNote([at(undo, 'done'), at(undo, 'result')], text).toStrictEqual([true, 'current']);
});

/** A verdict must come within half a second of what it waited for. */
function soonAfter(name: string, doneAt: number | undefined, { begunAt, judgedAt, text }: Waited): void {
  invariant(doneAt !== undefined, `the API never showed the end of it\n${text}`);
  const late = judgedAt - Math.max(doneAt, begunAt);
  told.push(`  ${name}: ${late} ms`);
  expectWithNote(late, `judged ${late} ms after it\n${text}`).toBeLessThanOrEqual(500);
}

function insecure(): Readonly<Record<string, string>> {
  return { 'insecure-registries': rollouts.registry };
}
