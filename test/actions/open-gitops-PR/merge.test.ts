import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Policies } from '../../doubles/github/model.ts';
import { bump, CART, Desk, manifest, SHOP } from './desk.ts';

let desk: Desk;
const open = async (policies: Partial<Policies> = {}) => {
  desk = await Desk.open(policies);
};
afterEach(() => desk.close());

const mainFile = (path: string) => desk.repository.file('main', path);

describe('merge: direct', () => {
  for (const method of ['squash', 'merge', 'rebase'] as const) {
    it(`merges at once by ${method} and names the commit`, async () => {
      await open();
      const { exitCode, outputs, summary, log } = await desk.deploy('1.4.1', '1.4.2', {
        merge: 'direct',
        'merge-method': method,
      });
      assert.equal(exitCode, 0, log);
      assert.deepEqual([outputs['operation'], outputs['merged']], ['created', 'true']);
      assert.equal(outputs['merge-commit-sha'], desk.repository.branch('main'));
      assert.equal(mainFile(SHOP), manifest('shop', '1.4.2'));
      assert.match(summary, /open-gitops-PR: merged/);
      const { parents } = desk.repository.git.commit(desk.repository.branch('main') ?? '');
      assert.equal(parents.length, method === 'merge' ? 2 : 1);
    });
  }

  it('run again after the merge writes nothing and names the same commit', async () => {
    await open();
    const first = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    const again = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    assert.deepEqual([again.outputs['operation'], again.outputs['merged'], again.writes], ['none', 'true', []]);
    assert.equal(again.outputs['merge-commit-sha'], first.outputs['merge-commit-sha']);
    assert.equal(again.outputs['number'], '1');
  });

  it('says what is in the way where it does not wait', async () => {
    await open({ requiredApprovals: 1 });
    const { exitCode, log, outputs, summary } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    assert.equal(exitCode, 1);
    assert.match(summary, /### open-gitops-PR: opened\n\n\[#1\]\(http.*\/acme\/gitops\/pull\/1\)[\s\S]*CAUTION/);
    assert.match(log, /merge-blocked::GitHub does not merge #1 yet: At least 1 approving review is required/);
    assert.deepEqual([outputs['number'], outputs['operation'], outputs['merged']], ['1', 'created', 'false']);
  });

  it('waits for the approval of a person, and then merges', async () => {
    await open({ requiredApprovals: 1 });
    desk.clock.after(90_000, () => desk.repository.approve(1, 'grace'));
    const inputs = { merge: 'direct', wait: 'merged', reviewers: 'grace' };
    const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', inputs);
    assert.equal(exitCode, 0, log);
    assert.match(log, /#1 waits for a review by @grace/);
    assert.equal(outputs['merge-commit-sha'], desk.repository.branch('main'));
  });

  it('names the merge method that the repository does not allow', async () => {
    await open({ mergeMethods: ['merge'] });
    const { exitCode, log } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    assert.equal(exitCode, 1);
    assert.match(log, /Squash merges are not allowed on this repository/);
  });

  it('sets the branch onto the base anew where that has come to conflict with it', async () => {
    await open({ requiredApprovals: 1 });
    const commented = (tag: string) => manifest('shop', tag).replace('# the app', '# the shop');
    desk.clock.after(20_000, () => desk.repository.push('main', { [SHOP]: commented('1.4.1') }, 'Say more'));
    desk.clock.after(60_000, () => desk.repository.approve(1));
    const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    assert.equal(exitCode, 0, log);
    assert.equal(mainFile(SHOP), commented('1.4.2'));
    assert.ok(Number(outputs['attempts']) > 1);
  });

  it('keeps the branch up to date where the repository asks for it', async () => {
    await open({ requiredApprovals: 1, upToDate: true });
    desk.clock.after(20_000, () => desk.repository.push('main', { [CART]: manifest('cart', '3.0.1') }, 'Cart'));
    desk.clock.after(60_000, () => desk.repository.approve(1));
    const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    assert.equal(exitCode, 0, log);
    assert.deepEqual([mainFile(SHOP), mainFile(CART)], [manifest('shop', '1.4.2'), manifest('cart', '3.0.1')]);
    assert.equal(outputs['attempts'], '2');
  });

  it('gives up at the time limit, and says what is waited for', async () => {
    await open({ requiredApprovals: 1 });
    const inputs = { merge: 'direct', wait: 'merged', reviewers: 'ada', timeout: '5m' };
    const { exitCode, log } = await desk.deploy('1.4.1', '1.4.2', inputs);
    assert.equal(exitCode, 1);
    assert.match(log, /merge-timeout::#1 is not merged after 5 min[^:]*: it waits for a review by @ada/);
  });

  it('stops where a person closes the pull request', async () => {
    await open({ requiredApprovals: 1 });
    desk.clock.after(30_000, () => desk.repository.close(1));
    const { exitCode, log } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    assert.equal(exitCode, 1);
    assert.match(log, /pull-request-closed::#1 was closed without being merged/);
  });

  it('ends when the job is cancelled', async () => {
    await open({ requiredApprovals: 1 });
    desk.clock.after(30_000, () => desk.cancel('SIGTERM'));
    const { exitCode, outputs } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
    assert.deepEqual([exitCode, outputs['status'], outputs['number']], [1, 'cancelled', '1']);
  });
});

describe('merge: auto', () => {
  it('merges directly where nothing stands in the way any more', async () => {
    await open();
    const { outputs, log } = await desk.deploy('1.4.1', '1.4.2', { merge: 'auto' });
    assert.equal(outputs['merged'], 'true', log);
  });

  it('leaves it to GitHub where a review is missing, and asks only once', async () => {
    await open({ requiredApprovals: 1 });
    const { outputs, summary } = await desk.deploy('1.4.1', '1.4.2', { merge: 'auto' });
    assert.equal(outputs['merged'], 'false');
    assert.match(summary, /GitHub merges it by itself then/);
    assert.equal(desk.repository.pull(1)?.autoMerge?.method, 'squash');
    assert.deepEqual((await desk.deploy('1.4.1', '1.4.2', { merge: 'auto' })).writes, []);
    desk.repository.approve(1);
    assert.equal(mainFile(SHOP), manifest('shop', '1.4.2'));
  });

  it('waits for what GitHub does, and names the commit', async () => {
    await open({ requiredChecks: ['validate'] });
    desk.clock.after(10_000, () => desk.repository.reportCheck(desk.branchHead, 'validate', null));
    desk.clock.after(80_000, () => desk.repository.reportCheck(desk.branchHead, 'validate', 'success'));
    const { exitCode, outputs, log } = await desk.deploy('1.4.1', '1.4.2', { merge: 'auto', wait: 'merged' });
    assert.equal(exitCode, 0, log);
    assert.match(log, /waits for checks \(validate\)/);
    assert.equal(outputs['merge-commit-sha'], desk.repository.branch('main'));
  });

  it('says which setting is missing', async () => {
    await open({ autoMerge: false, requiredApprovals: 1 });
    const { exitCode, log } = await desk.deploy('1.4.1', '1.4.2', { merge: 'auto' });
    assert.equal(exitCode, 1);
    assert.match(log, /auto-merge-not-allowed::.*Allow auto-merge/);
  });
});

describe('mode: commit', () => {
  it('commits straight onto the base, once', async () => {
    await open();
    const first = await desk.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    assert.deepEqual([first.outputs['operation'], first.outputs['number']], ['committed', '']);
    assert.equal(first.outputs['merge-commit-sha'], desk.repository.branch('main'));
    assert.equal(mainFile(SHOP), manifest('shop', '1.4.2'));
    const again = await desk.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    assert.deepEqual([again.outputs['operation'], again.writes], ['none', []]);
  });

  it('knows its own commit though the answer was lost', async () => {
    await open();
    desk.github.faults.inject(/POST \/api\/graphql/, { kind: 'delay', ms: 1 });
    desk.github.faults.inject(/POST \/api\/graphql/, { kind: 'lost-answer' });
    const { outputs, log } = await desk.deploy('1.4.1', '1.4.2', { mode: 'commit' });
    assert.deepEqual([outputs['operation'], outputs['attempts']], ['committed', '2'], log);
    assert.equal(outputs['head-sha'], desk.repository.branch('main'));
  });
});

describe('mode: revert', () => {
  beforeEach(() => open());

  it('takes a merged pull request back by another one', async () => {
    const { outputs } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    desk.repository.push('main', { [CART]: manifest('cart', '3.0.1') }, 'Something else');
    const revert = await desk.run({ mode: 'revert', revert: outputs['number'] ?? '', merge: 'direct', wait: 'merged' });
    assert.equal(revert.exitCode, 0, revert.log);
    assert.deepEqual([revert.outputs['number'], revert.outputs['branch']], ['2', 'gitops-revert/1']);
    assert.equal(mainFile(SHOP), manifest('shop', '1.4.1'));
    assert.equal(mainFile(CART), manifest('cart', '3.0.1'));
    assert.equal(desk.repository.pull(2)?.title, 'Revert "Deploy shop 1.4.2 to staging"');
  });

  for (const method of ['squash', 'merge', 'rebase'] as const) {
    it(`takes back what was merged by ${method}, by its number and by its commit`, async () => {
      await desk.deploy('1.4.1', '1.4.2');
      desk.repository.push('gitops/staging/shop', { 'new.md': 'n', [CART]: null }, 'More');
      const merged = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct', 'merge-method': method });
      assert.equal(mainFile(CART), undefined);
      const { exitCode, log } = await desk.run({ mode: 'revert', revert: '#1', merge: 'direct' });
      assert.equal(exitCode, 0, log);
      assert.equal(mainFile(SHOP), manifest('shop', '1.4.1'));
      assert.equal(mainFile('new.md'), undefined);
      assert.equal(mainFile(CART), manifest('cart', '3.0.0'));
      const again = await desk.run({ mode: 'revert', revert: merged.outputs['merge-commit-sha'] ?? '' });
      assert.deepEqual([again.exitCode, again.outputs['operation'], again.writes], [0, 'none', []]);
    });
  }

  it('refuses where the file was changed since, and names it', async () => {
    const { outputs } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    desk.repository.push('main', { [SHOP]: manifest('shop', '1.4.3') }, 'Newer');
    const revert = await desk.run({ mode: 'revert', revert: outputs['merge-commit-sha'] ?? '' });
    assert.deepEqual([revert.exitCode, revert.writes], [1, []]);
    assert.match(revert.log, /revert-conflict::staging\/shop.yaml was changed on main after/);
  });

  it('refuses what never came into the base', async () => {
    await desk.deploy('1.4.1', '1.4.2');
    const open = await desk.run({ mode: 'revert', revert: '1' });
    assert.match(open.log, /revert-impossible::Pull request #1 is not merged/);
    const unknown = await desk.run({ mode: 'revert', revert: 'f'.repeat(40) });
    assert.match(unknown.log, /revert-impossible::acme\/gitops has no commit ffff/);
  });

  it('refuses to take back a submodule, and does not call it done', async () => {
    const { git } = desk.repository;
    const move = (oid: string) => {
      const head = desk.repository.branch('main') ?? '';
      const tree = git.writeTree(head, [{ path: 'charts', mode: '160000', oid }]);
      const commit = git.writeCommit({ ...git.commit(head), tree, parents: [head], message: 'Charts' });
      desk.repository.moveRefs([{ ref: 'refs/heads/main', to: commit }], desk.github.account('ada'));
      return commit;
    };
    for (const commit of [move('1'.repeat(40)), move('2'.repeat(40))]) {
      const { exitCode, log, writes } = await desk.run({ mode: 'revert', revert: commit, merge: 'direct' });
      assert.deepEqual([exitCode, writes], [1, []], log);
      assert.match(log, /submodule-not-supported::[0-9a-f]{8} changed the submodule charts/);
    }
  });
});

describe('two deliveries at the same time', () => {
  it('both arrive', async () => {
    await open();
    const cart = { changes: bump('3.0.0', '3.1.0', 'cart'), application: 'cart', environment: 'staging' };
    const [shop, other] = await Promise.all([
      desk.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' }),
      desk.run({ ...cart, merge: 'direct', wait: 'merged' }),
    ]);
    assert.deepEqual([shop.exitCode, other.exitCode], [0, 0], `${shop.log}\n${other.log}`);
    assert.equal(mainFile(SHOP), manifest('shop', '1.4.2'));
    assert.equal(mainFile(CART), manifest('cart', '3.1.0'));
  });

  it('both arrive straight on the base', async () => {
    await open();
    const cart = { changes: bump('3.0.0', '3.1.0', 'cart'), application: 'cart', mode: 'commit' };
    const runs = await Promise.all([desk.deploy('1.4.1', '1.4.2', { mode: 'commit' }), desk.run(cart), desk.run(cart)]);
    for (const { exitCode, log } of runs) assert.equal(exitCode, 0, log);
    assert.equal(mainFile(SHOP), manifest('shop', '1.4.2'));
    assert.equal(mainFile(CART), manifest('cart', '3.1.0'));
    assert.equal(desk.repository.git.commitsBetween('main~2', 'main').length, 2);
  });

  it('of many applications whose images stand in one file all arrive', async () => {
    await open();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const file = (tag: string) =>
      `images:\n${names.map((name) => `  - name: ghcr.io/acme/${name}\n    newTag: "${tag}"\n`).join('')}`;
    desk.repository.push('main', { 'staging/kustomization.yaml': file('1') }, 'One file');
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
        return desk.run({ changes, application: name, environment: 'staging', merge: 'direct', wait: 'merged' });
      }),
    );
    for (const { exitCode, log } of runs) assert.equal(exitCode, 0, log);
    assert.equal(mainFile('staging/kustomization.yaml'), file('2'));
    assert.ok(desk.repository.pulls.every(({ merged }) => merged !== undefined));
  });

  it('of the same application leave one pull request', async () => {
    await open();
    const runs = await Promise.all([1, 2, 3].map(() => desk.deploy('1.4.1', '1.4.2')));
    for (const { exitCode, log, outputs } of runs) assert.deepEqual([exitCode, outputs['number']], [0, '1'], log);
    assert.equal(desk.repository.pulls.length, 1);
    assert.equal(desk.repository.git.commitsBetween('main', 'gitops/staging/shop').length, 1);
  });
});
