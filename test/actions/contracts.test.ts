import { describe, expect, test } from '@jest/globals';
import { actionNames, loadContract } from '../../scripts/actions.ts';
import { expectWithNote, invariant } from '../jest-support.ts';

const contracts = await Promise.all(actionNames().map(async (action) => [action, await loadContract(action)] as const));

describe.each(contracts)('%s', (action, contract) => {
  test('is spelled as its folder', () => expect(contract.name).toBe(action));

  test('has names that the runner hands over unchanged, and sentences for descriptions', () => {
    const named = [...Object.entries(contract.inputs), ...Object.entries(contract.outputs)];
    for (const [name, { description }] of named) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expectWithNote(description, `${name}: ${description}`).toMatch(/[.!?`)]$/);
    }
  });

  test('takes its own examples and defaults', () => {
    for (const [name, spec] of Object.entries(contract.inputs)) {
      // What the runner fills in is not known here.
      const given = [spec.example, spec.default ?? spec.example].filter((value) => !value.includes('${{'));
      for (const value of given) expectWithNote(() => spec.type.parse(value), `${name}: ${value}`).not.toThrow();
    }
  });

  test('has a dry run', () => expect('dry-run' in contract.inputs).toBeTruthy());

  test('hides what is secret', async () => {
    for (const [name, { secret }] of Object.entries(contract.inputs)) {
      if (!/token|password|passphrase|secret|credential|key$|headers|kubeconfig|cookie/.test(name)) continue;
      // Of headers and of a kubeconfig a part is secret.
      const parts = typeof secret === 'function' ? await secret('Authorization: token: hunter2-hunter2') : [];
      expectWithNote(secret === true || parts.join(' ').includes('hunter2-hunter2'), name).toBe(true);
    }
  });

  // A kubeconfig may also be a path, and its addresses and context names stand in errors: only its credentials are hidden.
  test('hides the credentials of a kubeconfig, and leaves its path readable', async () => {
    const { secret } = contract.inputs['kubeconfig'] ?? {};
    if (secret === undefined) return;
    invariant(typeof secret === 'function');
    expect(await secret('/home/runner/.kube/config')).toStrictEqual([]);
    expect(await secret('users: [{ name: ci, user: { token: abc.def } }]')).toStrictEqual(['abc.def']);
  });
});
