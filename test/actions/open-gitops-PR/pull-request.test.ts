import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { bump, CART, Desk, manifest, SHOP } from './desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(() => desk.close());

describe('a pull request', () => {
  it('is opened with a signed commit that changes only what was bumped', async () => {
    const { exitCode, outputs, summary, log } = await desk.deploy('1.4.1', '1.4.2', {
      labels: 'deployment\nstaging',
      assignees: 'ada',
      reviewers: 'grace',
      'team-reviewers': 'platform',
    });
    assert.equal(exitCode, 0, log);
    assert.deepEqual(
      [outputs['operation'], outputs['number'], outputs['merged'], outputs['attempts'], outputs['branch']],
      ['created', '1', 'false', '1', 'gitops/staging/shop'],
    );
    assert.equal(outputs['url'], `${desk.github.serverUrl}/acme/gitops/pull/1`);
    assert.equal(outputs['head-sha'], desk.branchHead);
    const { git } = desk.repository;
    assert.equal(desk.repository.file('gitops/staging/shop', SHOP), manifest('shop', '1.4.2'));
    assert.deepEqual(
      git.changes(desk.repository.branch('main') ?? '', desk.branchHead).map(({ path }) => path),
      [SHOP],
    );
    assert.ok(desk.repository.verified.has(desk.branchHead));
    const pull = desk.repository.pull(1);
    assert.equal(pull?.title, 'Deploy shop 1.4.2 to staging');
    assert.deepEqual(
      pull?.labels.map(({ name }) => name),
      ['deployment', 'staging'],
    );
    assert.deepEqual(
      [pull?.assignees[0]?.login, pull?.reviewers[0]?.login, pull?.teams],
      ['ada', 'grace', ['platform']],
    );
    assert.match(pull?.body ?? '', /`1\.4\.1` \| `1\.4\.2` \| \[`staging\/shop\.yaml:11`\]/);
    assert.match(summary, /### open-gitops-PR: opened/);
    assert.match(summary, /Waits for a review by `@grace`, team `platform`/);
    assert.match(log, /✓ #1 opened \(gitops\/staging\/shop\)/);
  });

  it('is left alone by a second run that wants the same: nothing is written', async () => {
    const inputs = { labels: 'deployment', assignees: 'ada', reviewers: 'grace' };
    await desk.deploy('1.4.1', '1.4.2', inputs);
    const again = await desk.deploy('1.4.1', '1.4.2', inputs);
    assert.deepEqual([again.exitCode, again.outputs['operation'], again.outputs['number']], [0, 'none', '1']);
    assert.equal(again.outputs['head-sha'], desk.branchHead);
    assert.deepEqual(again.writes, []);
  });

  it('is left alone though the reviewer has reviewed, and though the base has moved elsewhere', async () => {
    await desk.deploy('1.4.1', '1.4.2', { reviewers: 'grace' });
    desk.repository.approve(1, 'grace');
    desk.repository.push('main', { [CART]: manifest('cart', '3.0.1') }, 'Bump cart');
    const again = await desk.deploy('1.4.1', '1.4.2', { reviewers: 'grace' });
    assert.deepEqual([again.outputs['operation'], again.writes], ['none', []]);
  });

  it('is updated by a newer version, on the same branch, and stays open all the time', async () => {
    await desk.deploy('1.4.1', '1.4.2');
    const { outputs, writes } = await desk.deploy('1.4.1', '1.5.0');
    assert.deepEqual([outputs['operation'], outputs['number']], ['updated', '1']);
    assert.equal(desk.repository.file('gitops/staging/shop', SHOP), manifest('shop', '1.5.0'));
    assert.equal(desk.repository.pull(1)?.title, 'Deploy shop 1.5.0 to staging');
    assert.equal(desk.repository.pull(1)?.state, 'open');
    assert.equal(desk.repository.git.commitsBetween('main', 'gitops/staging/shop').length, 1);
    assert.equal(desk.repository.branch('gitops-next/gitops/staging/shop'), undefined);
    assert.ok(writes.includes('mutation updateRefs'));
  });

  it('is set onto the base anew where its file was changed there', async () => {
    await desk.deploy('1.4.1', '1.4.2');
    desk.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 5) }, 'Scale shop');
    const { outputs } = await desk.deploy('1.4.1', '1.4.2');
    assert.equal(outputs['operation'], 'updated');
    assert.equal(desk.repository.file('gitops/staging/shop', SHOP), manifest('shop', '1.4.2', 5));
    assert.equal(desk.repository.git.commit(desk.branchHead).parents[0], desk.repository.branch('main'));
  });

  it('is closed, and its branch removed, once the base has the change', async () => {
    await desk.deploy('1.4.1', '1.4.2');
    desk.repository.push('main', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
    const { outputs } = await desk.deploy('1.4.1', '1.4.2');
    assert.deepEqual([outputs['operation'], outputs['merged']], ['closed', 'true']);
    assert.equal(desk.repository.pull(1)?.state, 'closed');
    assert.equal(desk.repository.branch('gitops/staging/shop'), undefined);
  });

  it('stays open where it brings a newer change than the one that the base has', async () => {
    await desk.deploy('1.4.1', '1.5.0');
    for (const changes of [bump('1.4.0', '1.4.1'), '[]']) {
      const { outputs, log, writes } = await desk.run({ changes, application: 'shop', environment: 'staging' });
      assert.equal(outputs['operation'], 'none', log);
      assert.deepEqual(writes, []);
      assert.match(log, /#1 is left open: it brings something else/);
    }
    assert.equal(desk.repository.pull(1)?.state, 'open');
  });

  it('keeps the title and body that a person gave it, and renews what is still its own', async () => {
    await desk.deploy('1.4.1', '1.4.2');
    const pull = desk.repository.pull(1);
    assert.ok(pull);
    pull.title = 'Please wait for the database';
    await desk.deploy('1.4.1', '1.5.0');
    assert.equal(pull.title, 'Please wait for the database');
    assert.match(pull.body ?? '', /`1\.5\.0`/);
    pull.body = `Careful!\n\n${pull.body}`;
    await desk.deploy('1.4.1', '1.6.0');
    assert.match(pull.body, /^Careful!\n\n[\s\S]*`1\.5\.0`/);
  });

  it('is one for each application and environment', async () => {
    await desk.deploy('1.4.1', '1.4.2');
    const cart = await desk.run({
      changes: bump('3.0.0', '3.1.0', 'cart'),
      application: 'cart',
      environment: 'staging',
    });
    assert.deepEqual([cart.outputs['number'], cart.outputs['branch']], ['2', 'gitops/staging/cart']);
  });

  it('keeps the mode of an executable file', async () => {
    const change = JSON.parse(bump('1.4.1', '1.4.2'));
    desk.repository.push('main', { [SHOP]: { content: manifest('shop', '1.4.1'), mode: '100755' } }, 'Executable');
    const { exitCode, log } = await desk.run({ changes: JSON.stringify(change), application: 'shop' });
    assert.equal(exitCode, 0, log);
    const entry = desk.repository.git.entry('refs/heads/gitops-application/shop', SHOP);
    assert.equal(entry?.mode, '100755');
  });

  it('is only talked about in a dry run', async () => {
    const { outputs, writes, summary, log } = await desk.deploy('1.4.1', '1.4.2', { 'dry-run': 'true' });
    assert.deepEqual([outputs['operation'], outputs['status'], writes], ['none', 'success', []]);
    assert.match(summary, /dry run/);
    assert.match(log, /Would open a pull request/);
  });

  it('gets a new one after the last was merged by a squash, from the branch that was left', async () => {
    await desk.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    const { outputs } = await desk.deploy('1.4.2', '1.4.3');
    assert.deepEqual([outputs['operation'], outputs['number']], ['created', '2']);
    assert.equal(desk.repository.git.commitsBetween('main', 'gitops/staging/shop').length, 1);
  });
});

describe('commits of others on the branch', () => {
  beforeEach(async () => {
    await desk.deploy('1.4.1', '1.4.2');
    desk.repository.push(
      'gitops/staging/shop',
      { [SHOP]: manifest('shop', '1.4.2', 9), 'note.md': 'hi' },
      'Nine pods',
      {
        by: desk.github.account('ada'),
      },
    );
  });

  it('are kept: the change is committed on top of them', async () => {
    const { outputs, log } = await desk.deploy('1.4.1', '1.5.0');
    assert.equal(outputs['operation'], 'updated', log);
    assert.equal(desk.repository.file('gitops/staging/shop', SHOP), manifest('shop', '1.5.0', 9));
    assert.equal(desk.repository.file('gitops/staging/shop', 'note.md'), 'hi');
    assert.deepEqual((await desk.deploy('1.4.1', '1.5.0')).writes, []);
  });

  it('stop the action where that is asked for', async () => {
    const { exitCode, log, writes } = await desk.deploy('1.4.1', '1.5.0', { 'on-foreign-commits': 'fail' });
    assert.deepEqual([exitCode, writes], [1, []]);
    assert.match(log, /has 1 commit\(s\) of others \(ada;/);
  });

  it('are dropped where that is asked for', async () => {
    await desk.deploy('1.4.1', '1.5.0', { 'on-foreign-commits': 'replace' });
    assert.equal(desk.repository.file('gitops/staging/shop', SHOP), manifest('shop', '1.5.0'));
    assert.equal(desk.repository.file('gitops/staging/shop', 'note.md'), undefined);
  });

  it('that change the same line stop it', async () => {
    desk.repository.push('gitops/staging/shop', { [SHOP]: manifest('shop', 'handmade', 9) }, 'Other image');
    const { exitCode, log } = await desk.deploy('1.4.1', '1.5.0');
    assert.equal(exitCode, 1);
    assert.match(log, /Others changed the same lines of staging\/shop.yaml/);
  });
});
