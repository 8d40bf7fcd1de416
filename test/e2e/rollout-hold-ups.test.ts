// wait-for-rollout on a real node: pods that are not well although their status is good, and rollouts that nothing fails.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../jest-support.ts';
import { Harness } from './components/harness.ts';
import { RolloutFixture } from './components/rollout-fixture.ts';
import { replicas } from './components/workload-overrides.ts';

const harness = new Harness();
let rollouts: RolloutFixture;

beforeAll(async () => {
  rollouts = await RolloutFixture.open(harness, 'hold-ups');
});
afterAll(async () => {
  await harness.close();
  await rollouts.close();
});

const shell = (script: string) => ['/busybox', 'sh', '-c', script];
/** Ignores SIGTERM. The shell handles no signal while a child runs, so it waits in short steps. */
const IGNORES_SIGTERM = shell("trap '' TERM; while true; do /busybox sleep 1; done");

describe('stable-for', () => {
  test.concurrent('does not call a container current that its node is killing', async () => {
    const namespace = await rollouts.newNamespace();
    const livenessProbe = {
      exec: { command: shell('test $(($(/busybox date +%s) - $(/busybox stat -c %Y /started))) -lt 8') },
      periodSeconds: 1,
    };
    const command = shell("/busybox touch /started; trap '' TERM; while true; do /busybox sleep 1; done");
    const pod = { terminationGracePeriodSeconds: 30 };
    await rollouts.apply(
      namespace,
      rollouts.workload('Deployment', { container: { command, livenessProbe }, pod, ...replicas(1) }),
    );
    const inputs = { namespace, resources: 'deployment/app', 'stable-for': '25s', timeout: '150s' };
    const { outputs, text } = await rollouts.wait(inputs);
    expectWithNote(outputs['reason'], text).toBe('liveness-failing');
    expect(text).toMatch(/pod\/app-\S+ is being killed: Liveness probe failed/);
  });
});

describe('a wait that runs out of time without a failure names what holds it up', () => {
  test.concurrent('a pod that ignores SIGTERM and blocks Recreate', async () => {
    const namespace = await rollouts.newNamespace();
    const release = (tag: string) =>
      rollouts.workload('Deployment', {
        container: { command: IGNORES_SIGTERM, env: [{ name: 'TAG', value: tag }] },
        pod: { terminationGracePeriodSeconds: 120 },
        ...replicas(1, { strategy: { type: 'Recreate' } }),
      });
    await rollouts.apply(namespace, release('1'));
    const before = await rollouts.wait({ namespace, resources: 'deployment/app' });
    expectWithNote(before.exitCode, before.text).toBe(0);
    await rollouts.apply(namespace, release('2'));
    const { outputs, text } = await rollouts.wait({ namespace, resources: 'deployment/app', timeout: '20s' });
    await rollouts.cluster.kubectl.run(
      'delete',
      'pod',
      '--all',
      '--namespace',
      namespace,
      '--grace-period=0',
      '--force',
    );
    expectWithNote(outputs['result'], text).toBe('timeout');
    expectWithNote(text, text).toMatch(/pod\/app-\S+.*Terminating {2}its grace period of 2 min has not passed \(for /s);
  });

  test.concurrent('an init container that waits, with its last lines', async () => {
    const namespace = await rollouts.newNamespace();
    const wait = {
      name: 'wait-for-db',
      image: 'IMAGE',
      command: shell('echo waiting for postgres; /busybox sleep 1000'),
    };
    await rollouts.apply(
      namespace,
      rollouts.workload('Deployment', { pod: { initContainers: [wait] }, ...replicas(1) }),
    );
    const { outputs, text } = await rollouts.wait({ namespace, resources: 'deployment/app', timeout: '20s' });
    expectWithNote(outputs['result'], text).toBe('timeout');
    expectWithNote(text, text).toMatch(
      /→ init container wait-for-db.*InitContainerRunning {2}it has not ended \(for /s,
    );
    expect(text).toMatch(/Last lines of container wait-for-db .*waiting for postgres/s);
  });

  test.concurrent('a finalizer that keeps the pod of a StatefulSet, a scheduling gate, and a readiness gate', async () => {
    const namespace = await rollouts.newNamespace();
    const named = (kind: string, name: string, pod: object, container = {}) => {
      const labels = { app: name };
      return {
        apiVersion: 'apps/v1',
        kind,
        metadata: { name },
        spec: {
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: rollouts.podSpec({ pod, container }) },
        },
      };
    };
    const db = (tag: string) => named('StatefulSet', 'db', {}, { env: [{ name: 'TAG', value: tag }] });
    await rollouts.apply(namespace, db('1'));
    expect((await rollouts.wait({ namespace, resources: 'statefulset/db' })).exitCode).toBe(0);
    const { kubectl } = rollouts.cluster;
    const patch = JSON.stringify({ metadata: { finalizers: ['example.com/drain'] } });
    const pods = (await kubectl.run('get', 'pods', '--namespace', namespace, '--output', 'name')).trim().split('\n');
    for (const pod of pods) await kubectl.run('patch', pod, '--namespace', namespace, '--type=merge', '--patch', patch);
    await rollouts.apply(
      namespace,
      db('2'),
      named('Deployment', 'gated', { schedulingGates: [{ name: 'example.com/queue' }] }),
      named('Deployment', 'served', { readinessGates: [{ conditionType: 'example.com/target' }] }),
    );
    const resources = 'statefulset/db\ndeployment/gated\ndeployment/served';
    const { outputs, text } = await rollouts.wait({ namespace, resources, timeout: '25s' });
    const none = JSON.stringify({ metadata: { finalizers: null } });
    for (const pod of pods) await kubectl.run('patch', pod, '--namespace', namespace, '--type=merge', '--patch', none);
    expectWithNote(outputs['result'], text).toBe('timeout');
    expectWithNote(text, text).toMatch(
      /pod\/db-0.*Terminating {2}its finalizers are not removed: example\.com\/drain \(for /s,
    );
    expectWithNote(text, text).toMatch(/SchedulingGated .*: example\.com\/queue \(for /);
    expectWithNote(text, text).toMatch(/ReadinessGatesNotReady .*example\.com\/target.* \(for /);
  });
});
