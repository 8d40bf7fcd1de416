import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Policies } from '../../../fakes/github/model.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { bump, CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
const open = async (policies: Partial<Policies> = {}) => {
  harness = await GitOpsHarness.open(policies);
};
afterEach(() => harness.close());

const mainFile = (path: string) => harness.repository.file('main', path);

describe('merge: direct', () => {
  for (const method of ['squash', 'merge', 'rebase'] as const) {
    it(`merges immediately by ${method} and outputs the merge commit`, async () => {
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
    });
  }

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

describe('mode: commit', () => {
  it('commits straight onto the base, once', async () => {
    await open();
    const first = await harness.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    expect([first.outputs['operation'], first.outputs['number']]).toStrictEqual(['committed', '']);
    expect(first.outputs['merge-commit-sha']).toBe(harness.repository.branch('main'));
    expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.2'));
    const again = await harness.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    expect([again.outputs['operation'], again.writes]).toStrictEqual(['none', []]);
  });

  it('recognizes its own commit if the response was lost', async () => {
    await open();
    harness.github.faults.inject(/POST \/api\/graphql/, { kind: 'delay', ms: 1 });
    harness.github.faults.inject(/POST \/api\/graphql/, { kind: 'lost-answer' });
    const { outputs, log } = await harness.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    expectWithNote([outputs['operation'], outputs['attempts']], log).toStrictEqual(['committed', '2']);
    expect(outputs['head-sha']).toBe(harness.repository.branch('main'));
  });

  it('fails with a remedy if a rule of the repository protects the base', async () => {
    await open();
    const message = 'Repository rule violations found\n\nChanges must be made through a pull request.';
    const body = JSON.stringify({ data: null, errors: [{ type: 'UNPROCESSABLE', message }] });
    harness.github.faults.inject(/POST \/api\/graphql/, { kind: 'delay', ms: 1 });
    harness.github.faults.inject(/POST \/api\/graphql/, { kind: 'status', status: 200, body });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/branch-protected::.*Use a pull request \(`mode: pull-request`\)/);
  });
});

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

  for (const method of ['squash', 'merge', 'rebase'] as const) {
    it(`reverts a merge by ${method}, given by its number or its commit`, async () => {
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
    });
  }

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

describe('two deliveries at the same time', () => {
  it('are both merged', async () => {
    await open();
    const cart = { changes: bump('3.0.0', '3.1.0', 'cart'), application: 'cart', environment: 'staging' };
    const [shop, other] = await Promise.all([
      harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' }),
      harness.run({ ...cart, merge: 'direct', wait: 'merged' }),
    ]);
    expectWithNote([shop.exitCode, other.exitCode], `${shop.log}\n${other.log}`).toStrictEqual([0, 0]);
    expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.2'));
    expect(mainFile(CART)).toBe(manifest('cart', '3.1.0'));
  });

  it('are both committed straight onto the base', async () => {
    await open();
    const cart = { changes: bump('3.0.0', '3.1.0', 'cart'), application: 'cart', mode: 'commit' };
    const runs = await Promise.all([
      harness.deploy('1.4.1', '1.4.2', { mode: 'commit' }),
      harness.run(cart),
      harness.run(cart),
    ]);
    for (const { exitCode, log } of runs) expectWithNote(exitCode, log).toBe(0);
    expect(mainFile(SHOP)).toBe(manifest('shop', '1.4.2'));
    expect(mainFile(CART)).toBe(manifest('cart', '3.1.0'));
    expect(harness.repository.git.commitsBetween('main~2', 'main').length).toBe(2);
  });

  it('of many applications with images in one file are all merged', async () => {
    await open();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const file = (tag: string) =>
      `images:\n${names.map((name) => `  - name: ghcr.io/acme/${name}\n    newTag: "${tag}"\n`).join('')}`;
    harness.repository.push('main', { 'staging/kustomization.yaml': file('1') }, 'One file');
    const runs = await Promise.all(
      names.map((name, i) => {
        const image = `ghcr.io/acme/${name}`;
        const change = {
          ...{
            file: 'staging/kustomization.yaml',
            document: 0,
            path: `images[${i}].newTag`,
            line: 3 + 2 * i,
            old: '1',
          },
          ...{ new: '2', from: `${image}:1`, to: `${image}:2`, image, kind: 'kustomize' },
        };
        const changes = JSON.stringify([change]);
        return harness.run({ changes, application: name, environment: 'staging', merge: 'direct', wait: 'merged' });
      }),
    );
    for (const { exitCode, log } of runs) expectWithNote(exitCode, log).toBe(0);
    expect(mainFile('staging/kustomization.yaml')).toBe(file('2'));
    expect(harness.repository.pulls.every(({ merged }) => merged !== undefined)).toBeTruthy();
  });

  it('of the same application open one pull request', async () => {
    await open();
    const runs = await Promise.all([1, 2, 3].map(() => harness.deploy('1.4.1', '1.4.2')));
    for (const { exitCode, log, outputs } of runs)
      expectWithNote([exitCode, outputs['number']], log).toStrictEqual([0, '1']);
    expect(harness.repository.pulls.length).toBe(1);
    expect(harness.repository.git.commitsBetween('main', 'gitops/staging/shop').length).toBe(1);
  });
});
