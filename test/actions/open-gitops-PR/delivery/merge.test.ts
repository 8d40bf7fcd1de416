import { afterEach, describe, expect, it } from '@jest/globals';
import type { Policies } from '../../../fakes/github/model.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
const open = async (policies: Partial<Policies> = {}) => {
  harness = await GitOpsHarness.open(policies);
};
afterEach(() => harness.close());

const mainFile = (path: string) => harness.repository.file('main', path);

describe('merge: direct', () => {
  it.each(['squash', 'merge', 'rebase'] as const)(
    'merges immediately by %s and outputs the merge commit',
    async (method) => {
      await open();
      const { exitCode, outputs, summary, log } = await harness.deploy('1.4.1', '1.4.2', {
        merge: 'direct',
        'merge-method': method,
      });
      expectWithNote(exitCode, log).toBe(0);
      expect([outputs['operation'], outputs['merged']]).toStrictEqual(['created', 'true']);
      expect(outputs['merge-commit-sha']).toBe(harness.repository.branch('main'));
      expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.2'));
      expect(summary).toMatch(/open-gitops-PR: merged/);
      const { parents } = harness.repository.git.commit(harness.repository.branch('main') ?? '');
      expect(parents.length).toBe(method === 'merge' ? 2 : 1);
    },
  );

  it('writes nothing in a second run after the merge, and outputs the same commit', async () => {
    await open();
    const first = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    const again = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    expect([again.outputs['operation'], again.outputs['merged'], again.writes]).toStrictEqual(['none', 'true', []]);
    expect(again.outputs['merge-commit-sha']).toBe(first.outputs['merge-commit-sha']);
    expect(again.outputs['number']).toBe('1');
  });

  it('fails with what blocks the merge if it does not wait', async () => {
    await open({ requiredApprovals: 1 });
    const { exitCode, log, outputs, summary } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    expect(exitCode).toBe(1);
    expect(summary).toMatch(/### open-gitops-PR: opened\n\n\[#1\]\(http.*\/acme\/gitops\/pull\/1\)[\s\S]*CAUTION/);
    expect(log).toMatch(/merge-blocked::GitHub does not merge #1 yet: At least 1 approving review is required/);
    expect([outputs['number'], outputs['operation'], outputs['merged']]).toStrictEqual(['1', 'created', 'false']);
  });

  it('waits for an approval, and then merges', async () => {
    await open({ requiredApprovals: 1 });
    harness.clock.after(90_000, () => harness.repository.approve(1, 'grace'));
    const inputs = { merge: 'direct', wait: 'merged', reviewers: 'grace' };
    const { exitCode, log, outputs } = await harness.deploy('1.4.1', '1.4.2', inputs);
    expectWithNote(exitCode, log).toBe(0);
    expect(log).toMatch(/#1 waits for a review by @grace/);
    expect(outputs['merge-commit-sha']).toBe(harness.repository.branch('main'));
  });

  it('fails with the merge method that the repository does not allow', async () => {
    await open({ mergeMethods: ['merge'] });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/Squash merges are not allowed on this repository/);
  });

  it('rebuilds the branch on the base if they conflict during the wait', async () => {
    await open({ requiredApprovals: 1 });
    const commented = (tag: string) => manifest('shop', tag).replace('# the app', '# the shop');
    harness.clock.after(20_000, () => harness.repository.push('main', { [SHOP]: commented('1.4.1') }, 'Say more'));
    harness.clock.after(60_000, () => harness.repository.approve(1));
    const { exitCode, log, outputs } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    expectWithNote(exitCode, log).toBe(0);
    expect(mainFile(SHOP)).toBe(commented('1.4.2'));
    expect(Number(outputs['attempts'])).toBeGreaterThan(1);
  });

  it('keeps the branch up to date if the repository requires it', async () => {
    await open({ requiredApprovals: 1, upToDate: true });
    harness.clock.after(20_000, () => harness.repository.push('main', { [CART]: manifest('cart', '3.0.1') }, 'Cart'));
    harness.clock.after(60_000, () => harness.repository.approve(1));
    const { exitCode, log, outputs } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    expectWithNote(exitCode, log).toBe(0);
    expect([mainFile(SHOP), mainFile(CART)]).toStrictEqual([manifest('shop', '1.4.2'), manifest('cart', '3.0.1')]);
    expect(outputs['attempts']).toBe('2');
  });

  it('fails at the timeout although GitHub does not answer', async () => {
    await open({ requiredApprovals: 1 });
    // The first answer about the pull request starts the wait, and the next ones come far too late.
    harness.github.faults.inject(/^GET .*\/pulls\/1$/, { kind: 'delay', ms: 20_000 }, 9);
    const startedAt = performance.now();
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', {
      merge: 'direct',
      wait: 'merged',
      timeout: '1s',
    });
    expectWithNote(performance.now() - startedAt, log).toBeLessThan(10_000);
    expect(exitCode).toBe(1);
    expect(log).toMatch(/merge-timeout::#1 is not merged after/);
  });

  it('fails at the timeout with what blocks the merge', async () => {
    await open({ requiredApprovals: 1 });
    const inputs = { merge: 'direct', wait: 'merged', reviewers: 'ada', timeout: '5m' };
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', inputs);
    expect(exitCode).toBe(1);
    expect(log).toMatch(/merge-timeout::#1 is not merged after 5 min[^:]*: it waits for a review by @ada/);
  });

  it('fails if a person closes the pull request', async () => {
    await open({ requiredApprovals: 1 });
    harness.clock.after(30_000, () => harness.repository.close(1));
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/pull-request-closed::#1 was closed without being merged/);
  });

  it('ends if the job is cancelled', async () => {
    await open({ requiredApprovals: 1 });
    harness.clock.after(30_000, () => harness.cancel('SIGTERM'));
    const { exitCode, outputs } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    expect([exitCode, outputs['status'], outputs['number']]).toStrictEqual([1, 'cancelled', '1']);
  });
});

describe('merge: auto', () => {
  it('merges directly if nothing blocks the merge', async () => {
    await open();
    const { outputs, log } = await harness.deploy('1.4.1', '1.4.2', { merge: 'auto' });
    expectWithNote(outputs['merged'], log).toBe('true');
  });

  it('enables auto-merge once if a review is missing', async () => {
    await open({ requiredApprovals: 1 });
    const { outputs, summary } = await harness.deploy('1.4.1', '1.4.2', { merge: 'auto' });
    expect(outputs['merged']).toBe('false');
    expect(summary).toMatch(/GitHub then merges it automatically/);
    expect(harness.repository.pull(1)?.autoMerge?.method).toBe('squash');
    expect((await harness.deploy('1.4.1', '1.4.2', { merge: 'auto' })).writes).toStrictEqual([]);
    harness.repository.approve(1);
    expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.2'));
  });

  it('waits for GitHub to merge, and outputs the merge commit', async () => {
    await open({ requiredChecks: ['validate'] });
    harness.clock.after(10_000, () => harness.repository.reportCheck(harness.branchHead, 'validate', null));
    harness.clock.after(80_000, () => harness.repository.reportCheck(harness.branchHead, 'validate', 'success'));
    const { exitCode, outputs, log } = await harness.deploy('1.4.1', '1.4.2', { merge: 'auto', wait: 'merged' });
    expectWithNote(exitCode, log).toBe(0);
    expect(log).toMatch(/waits for checks \(validate\)/);
    expect(outputs['merge-commit-sha']).toBe(harness.repository.branch('main'));
  });

  it('fails with the setting that allows auto-merge', async () => {
    await open({ autoMerge: false, requiredApprovals: 1 });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { merge: 'auto' });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/auto-merge-not-allowed::.*Allow auto-merge.*set `merge: direct` with `wait: merged`/);
  });
});
