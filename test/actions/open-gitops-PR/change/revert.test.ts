import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Policies } from '../../../fakes/github/model.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
const open = async (policies: Partial<Policies> = {}) => {
  harness = await GitOpsHarness.open(policies);
};
afterEach(() => harness.close());

const mainFile = (path: string) => harness.repository.file('main', path);

describe('mode: revert', () => {
  beforeEach(() => open());

  it('reverts a merged pull request with another one', async () => {
    const { outputs } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    harness.repository.push('main', { [CART]: manifest('cart', '3.0.1') }, 'Something else');
    const revert = await harness.run({
      mode: 'revert',
      revert: outputs['number'] ?? '',
      merge: 'direct',
      wait: 'merged',
    });
    expectWithNote(revert.exitCode, revert.log).toBe(0);
    expect([revert.outputs['number'], revert.outputs['branch']]).toStrictEqual(['2', 'gitops-revert/1']);
    expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.1'));
    expect(mainFile(CART)).toBe(manifest('cart', '3.0.1'));
    expect(harness.repository.pull(2)?.title).toBe('Revert "Deploy shop 1.4.2 to staging"');
  });

  it.each(['squash', 'merge', 'rebase'] as const)(
    'reverts a merge by %s, given by its number or its commit',
    async (method) => {
      await harness.deploy('1.4.1', '1.4.2');
      harness.repository.push('gitops/staging/shop', { 'new.md': 'n', [CART]: null }, 'More');
      const merged = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct', 'merge-method': method });
      expect(mainFile(CART)).toBeUndefined();
      const { exitCode, log } = await harness.run({ mode: 'revert', revert: '#1', merge: 'direct' });
      expectWithNote(exitCode, log).toBe(0);
      expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.1'));
      expect(mainFile('new.md')).toBeUndefined();
      expect(mainFile(CART)).toBe(manifest('cart', '3.0.0'));
      const again = await harness.run({ mode: 'revert', revert: merged.outputs['merge-commit-sha'] ?? '' });
      expect([again.exitCode, again.outputs['operation'], again.writes]).toStrictEqual([0, 'none', []]);
    },
  );

  it('fails with the file if it has changed since', async () => {
    const { outputs } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.3') }, 'Newer');
    const revert = await harness.run({ mode: 'revert', revert: outputs['merge-commit-sha'] ?? '' });
    expect([revert.exitCode, revert.writes]).toStrictEqual([1, []]);
    expect(revert.log).toMatch(/revert-conflict::staging\/shop.yaml was changed on main after/);
  });

  it('fails if the change was never merged', async () => {
    await harness.deploy('1.4.1', '1.4.2');
    const open = await harness.run({ mode: 'revert', revert: '1' });
    expect(open.log).toMatch(/revert-impossible::Pull request #1 is not merged/);
    const unknown = await harness.run({ mode: 'revert', revert: 'f'.repeat(40) });
    expect(unknown.log).toMatch(/revert-impossible::acme\/gitops has no commit ffff/);
  });

  it('fails if the change moved a submodule', async () => {
    const { git } = harness.repository;
    const move = (oid: string) => {
      const head = harness.repository.branch('main') ?? '';
      const tree = git.writeTree(head, [{ path: 'charts', mode: '160000', oid }]);
      const commit = git.writeCommit({ ...git.commit(head), tree, parents: [head], message: 'Charts' });
      harness.repository.moveRefs([{ ref: 'refs/heads/main', to: commit }], harness.github.account('ada'));
      return commit;
    };
    for (const commit of [move('1'.repeat(40)), move('2'.repeat(40))]) {
      const { exitCode, log, writes } = await harness.run({ mode: 'revert', revert: commit, merge: 'direct' });
      expectWithNote([exitCode, writes], log).toStrictEqual([1, []]);
      expect(log).toMatch(/submodule-not-supported::[0-9a-f]{8} changed the submodule charts/);
    }
  });
});
