import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { actionNames, loadContract } from '../../scripts/actions.ts';

for (const action of actionNames()) {
  const contract = await loadContract(action);

  describe(action, () => {
    test('is spelled as its folder', () => assert.equal(contract.name, action));

    test('has names that the runner hands over unchanged, and sentences for descriptions', () => {
      const named = [...Object.entries(contract.inputs), ...Object.entries(contract.outputs)];
      for (const [name, { description }] of named) {
        assert.match(name, /^[a-z]+(-[a-z]+)*$/);
        assert.match(description, /[.!?`)]$/, `${name}: ${description}`);
      }
    });

    test('takes its own examples and defaults', () => {
      for (const [name, spec] of Object.entries(contract.inputs)) {
        // What the runner fills in is not known here.
        const given = [spec.example, spec.default ?? spec.example].filter((value) => !value.includes('${{'));
        for (const value of given) assert.doesNotThrow(() => spec.kind.parse(value), `${name}: ${value}`);
      }
    });

    test('can be rehearsed', () => assert.ok('dry-run' in contract.inputs));

    test('hides what is secret', () => {
      for (const [name, spec] of Object.entries(contract.inputs)) {
        if (/token|password|private-key|headers/.test(name)) assert.equal(spec.secret, true, name);
      }
    });

    // A kubeconfig may also be a path, and its addresses and context names stand in errors: only its credentials are hidden.
    test('hides the credentials of a kubeconfig, and leaves its path readable', () => {
      const { secret } = contract.inputs['kubeconfig'] ?? {};
      if (secret === undefined) return;
      assert.ok(typeof secret === 'function');
      assert.deepEqual(secret('/home/runner/.kube/config'), []);
      assert.deepEqual(secret('users: [{ name: ci, user: { token: abc.def } }]'), ['abc.def']);
    });
  });
}
