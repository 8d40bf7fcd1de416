import { expect, test } from '@jest/globals';
import { contract } from '../../../src/actions/wait-for-rollout/contract.ts';
import { planRollout } from '../../../src/actions/wait-for-rollout/plan.ts';
import { readInputs } from '../../../src/core/inputs.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { inputVariables } from '../../runner/command-files.ts';

const plan = (inputs: Readonly<Record<string, string>>) => {
  const given = inputVariables(contract.inputs, inputs, {});
  return planRollout(readInputs(contract, given, fakeRunner(given)));
};

test('a context or namespace that is given twice is waited for once', () => {
  const { clusters } = plan({ contexts: 'eu\nus\neu', namespace: 'staging\nstaging' });
  expect(clusters).toMatchObject({ contexts: ['eu', 'us'], namespaces: ['staging'] });
});

test('a commit can be compared with others only if its repository is given', () => {
  const revision = '4be1f5a0c5b3e2d7f6a89b0c1d2e3f4a5b6c7d8e';
  expect(plan({ revision, token: 'secret' }).expected.commit).toStrictEqual({ id: revision, github: undefined });
  expect(plan({ revision, token: 'secret', repository: 'acme/gitops' }).expected.commit).toStrictEqual({
    id: revision,
    github: { repository: { owner: 'acme', name: 'gitops' }, token: 'secret' },
  });
  expect(plan({ repository: 'acme/gitops' }).expected.commit).toBeUndefined();
});

test('a registry login needs both user and password', () => {
  const [username, password] = ['robot', 'secret'];
  expect(plan({ 'registry-username': username }).expected.registry.login).toBeUndefined();
  const both = plan({ 'registry-username': username, 'registry-password': password });
  expect(both.expected.registry.login).toStrictEqual({ username, password });
});

test('graces are in ms by cause', () => {
  expect(plan({ grace: 'crash-loop=1m\nunschedulable=5m' }).graces).toStrictEqual(
    new Map([
      ['crash-loop', 60_000],
      ['unschedulable', 300_000],
    ]),
  );
});
