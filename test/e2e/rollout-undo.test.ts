// wait-for-rollout with `on-failure: undo` on a real cluster.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at, parseJson } from '../../src/json/json.ts';
import { expectWithNote } from '../jest-support.ts';
import { Harness } from './components/harness.ts';
import { RolloutFixture, roleIn, runningImages, type WorkloadOverrides } from './components/rollout-fixture.ts';
import { replicas, withImage } from './components/workload-overrides.ts';

const harness = new Harness();
let rollouts: RolloutFixture;
beforeAll(async () => {
  rollouts = await RolloutFixture.open(harness, 'undo');
});
afterAll(async () => {
  await harness.close();
  await rollouts.close();
});

/** A workload `app` with an image. */
function workload(kind: string, image: string, ...overrides: readonly WorkloadOverrides[]): object {
  return rollouts.workload(kind, withImage(image, ...overrides));
}

describe('on-failure: undo returns a workload to its previous revision', () => {
  test.concurrent.each(['Deployment', 'StatefulSet', 'DaemonSet'])('%s', async (kind) => {
    const [{ tagged }] = rollouts.images;
    const namespace = await rollouts.newNamespace();
    const resources = `${kind.toLowerCase()}/app`;
    const size = kind === 'DaemonSet' ? {} : replicas(2);
    await rollouts.apply(namespace, workload(kind, tagged, size));
    expect((await rollouts.wait({ namespace, resources })).exitCode).toBe(0);
    await rollouts.apply(namespace, workload(kind, `${rollouts.registry}/rollout/absent:9`, size));
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
});

test('without the rights for undo, wait-for-rollout fails before the wait and prints a Role that is enough', async () => {
  const { cluster } = rollouts;
  const [{ tagged }] = rollouts.images;
  const namespace = await rollouts.newNamespace();
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer' } };
  const size = replicas(2);
  await rollouts.apply(namespace, account, workload('StatefulSet', tagged, size));
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
  await rollouts.apply(namespace, workload('StatefulSet', `${rollouts.registry}/rollout/absent:9`, size));
  const { outputs, text } = await rollouts.wait({ ...inputs, kubeconfig });
  const undo = at(parseJson(outputs['resources'] ?? ''), 0, 'undo');
  expectWithNote([at(undo, 'done'), at(undo, 'result')], text).toStrictEqual([true, 'current']);
});
