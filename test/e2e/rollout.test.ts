// wait-for-rollout on a real cluster: one rollout for each way in which it can fail, with a limit on the time to the result.

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatDuration } from '../../src/core/duration.ts';
import { causeOf, isCauseId, parseGrace } from '../../src/kubernetes/failures/causes.ts';
import { expectWithNote, invariant } from '../jest-support.ts';
import { deleteObjects } from './components/cluster-obstacles.ts';
import { script } from './components/failing-workloads/failing-workload.ts';
import { failingWorkloads } from './components/failing-workloads/failing-workloads.ts';
import { Harness } from './components/harness.ts';
import { statusMatches } from './components/namespace-observer.ts';
import { RolloutFixture, roleIn } from './components/rollout-fixture.ts';

const harness = new Harness();
let rollouts: RolloutFixture;
const timings: string[] = [];

beforeAll(async () => {
  rollouts = await RolloutFixture.open(harness, 'rollout');
});
afterAll(async () => {
  console.log(`Time from the first evidence in the API to the result:\n${timings.sort().join('\n')}`);
  await harness.close();
  await rollouts.close();
});

describe("wait-for-rollout fails with the cause if a Deployment can't become ready", () => {
  for (const { cause, variant, ...workload } of failingWorkloads) {
    test.concurrent(variant === undefined ? cause : `${cause}: ${variant}`, async () => {
      const { kubectl } = rollouts.cluster;
      const namespace = await rollouts.newNamespace();
      for (const [label, value] of Object.entries(workload.labels ?? {}))
        await kubectl.run('label', 'namespace', namespace, `${label}=${value}`);
      const clusterObjects = (await workload.prepareCluster?.(rollouts, namespace)) ?? [];
      const observer = rollouts.observe(namespace);
      const foreignImage = cause === 'image-platform' ? await rollouts.pushForeignPlatform('foreign') : '';
      const deployment = JSON.stringify(rollouts.workload('Deployment', workload))
        .replaceAll('NAMESPACE', namespace)
        .replaceAll('FOREIGN', foreignImage);
      await rollouts.apply(namespace, ...(workload.namespaceObjects ?? []), JSON.parse(deployment));
      const waited = await rollouts.wait({ namespace, resources: 'deployment/app', ...workload.inputs });
      const { exitCode, outputs, text, startedAt, decidedAt } = waited;
      const seenAt = observer.firstSeen(statusMatches(workload.evidence));
      await observer.stop();
      expectWithNote(exitCode, text).toBe(1);
      expectWithNote([outputs['result'], outputs['reason']], text).toStrictEqual(['failed', cause]);
      expect(text).toMatch(workload.log);
      expect(text).not.toMatch(/\.js:\d+|undefined|\[object/);
      // A workload that keeps failing keeps the node busy.
      await kubectl.run('delete', 'namespace', namespace, '--wait=false');
      if (clusterObjects.length > 0) await deleteObjects(rollouts, clusterObjects);
      invariant(seenAt !== undefined, `the API never showed ${workload.evidence}\n${text}`);
      const grace = graceOf(cause, workload.inputs?.['grace']);
      const delay = decidedAt - Math.max(seenAt, startedAt) - grace;
      timings.push(
        `  ${cause}${variant === undefined ? '' : ` (${variant})`}: ${formatDuration(decidedAt - seenAt)}, of which ${formatDuration(grace)} grace`,
      );
      expectWithNote(delay, `result ${delay} ms after the grace\n${text}`).toBeLessThanOrEqual(2000);
    });
  }
});

test('wait-for-rollout fails with job-failed and shows the last log lines if a Job fails', async () => {
  const namespace = await rollouts.newNamespace();
  const failed = { ...script('echo "migration 7 failed"; exit 1'), pod: { restartPolicy: 'Never' } };
  await rollouts.apply(namespace, rollouts.workload('Job', { ...failed, workload: { backoffLimit: 0 } }));
  const { outputs, text } = await rollouts.wait({ namespace, resources: 'job/app' });
  expectWithNote(outputs['reason'], text).toBe('job-failed');
  expect(text).toMatch(/migration 7 failed/);
});

test('with stable-for, a pod that is ready between two crashes still counts as crash-loop', async () => {
  const namespace = await rollouts.newNamespace();
  const container = script('echo up; sleep 2; echo "lost the database"; exit 1');
  await rollouts.apply(namespace, rollouts.workload('Deployment', container));
  const { outputs, text } = await rollouts.wait({ namespace, resources: 'deployment/app', 'stable-for': '5s' });
  expectWithNote(outputs['reason'], text).toBe('crash-loop');
});

test('without the rights to wait, wait-for-rollout fails and prints a Role that is enough', async () => {
  const { kubectl } = rollouts.cluster;
  const namespace = await rollouts.newNamespace();
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer' } };
  await rollouts.apply(namespace, rollouts.workload('Deployment'), account);
  const kubeconfig = await rollouts.kubeconfigOf('deployer', namespace);
  const refused = await rollouts.wait({ kubeconfig, namespace, resources: 'deployment/app' });
  expect(refused.exitCode).toBe(1);
  const role = roleIn(refused.text);
  await kubectl.applyText(role);
  await kubectl.run(
    ...['create', 'rolebinding', 'deployer', '--namespace', namespace],
    ...['--role', 'wait-for-rollout', '--serviceaccount', `${namespace}:deployer`],
  );
  const allowed = await rollouts.wait({ kubeconfig, namespace, resources: 'deployment/app' });
  expectWithNote(allowed.exitCode, allowed.text).toBe(0);
});

function graceOf(cause: string, given: string | undefined): number {
  const own = given === undefined ? undefined : parseGrace(given);
  const grace = isCauseId(cause) ? causeOf(cause).grace : 'transient';
  invariant(grace !== 'transient', cause);
  return own?.ms ?? grace;
}
