import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote, invariant } from '../../../jest-support.ts';
import { bump, CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
beforeEach(async () => {
  harness = await GitOpsHarness.open();
});
afterEach(() => harness.close());

describe('a pull request', () => {
  it('is opened with a signed commit that changes only the bumped field', async () => {
    const { exitCode, outputs, summary, log } = await harness.deploy('1.4.1', '1.4.2', {
      labels: 'deployment\nstaging',
      assignees: 'ada',
      reviewers: 'grace',
      'team-reviewers': 'platform',
    });
    expectWithNote(exitCode, log).toBe(0);
    expect([
      outputs['operation'],
      outputs['number'],
      outputs['merged'],
      outputs['attempts'],
      outputs['branch'],
    ]).toStrictEqual(['created', '1', 'false', '1', 'gitops/staging/shop']);
    expect(outputs['url']).toBe(`${harness.github.serverUrl}/acme/gitops/pull/1`);
    expect(outputs['head-sha']).toBe(harness.branchHead);
    const { git } = harness.repository;
    expect(harness.repository.file('gitops/staging/shop', SHOP)).toBe(manifest('shop', '1.4.2'));
    expect(
      git.changes(harness.repository.branch('main') ?? '', harness.branchHead).map(({ path }) => path),
    ).toStrictEqual([SHOP]);
    expect(harness.repository.verified.has(harness.branchHead)).toBeTruthy();
    const pull = harness.repository.pull(1);
    expect(pull?.title).toBe('Deploy shop 1.4.2 to staging');
    expect(pull?.labels.map(({ name }) => name)).toStrictEqual(['deployment', 'staging']);
    expect([pull?.assignees[0]?.login, pull?.reviewers[0]?.login, pull?.teams]).toStrictEqual([
      'ada',
      'grace',
      ['platform'],
    ]);
    expect(pull?.body ?? '').toMatch(/`1\.4\.1` \| `1\.4\.2` \| \[`staging\/shop\.yaml:11`\]/);
    expect(summary).toMatch(/### open-gitops-PR: opened/);
    expect(summary).toMatch(/Waits for a review by `@grace`, team `platform`/);
    expect(log).toMatch(/✓ #1 opened \(gitops\/staging\/shop\)/);
  });

  it('is not written again by a second run with the same inputs', async () => {
    const inputs = { labels: 'deployment', assignees: 'ada', reviewers: 'grace' };
    await harness.deploy('1.4.1', '1.4.2', inputs);
    const again = await harness.deploy('1.4.1', '1.4.2', inputs);
    expect([again.exitCode, again.outputs['operation'], again.outputs['number']]).toStrictEqual([0, 'none', '1']);
    expect(again.outputs['head-sha']).toBe(harness.branchHead);
    expect(again.writes).toStrictEqual([]);
  });

  it('is not written again after the requested review, nor after a change of other files on the base', async () => {
    await harness.deploy('1.4.1', '1.4.2', { reviewers: 'grace' });
    harness.repository.approve(1, 'grace');
    harness.repository.push('main', { [CART]: manifest('cart', '3.0.1') }, 'Bump cart');
    const again = await harness.deploy('1.4.1', '1.4.2', { reviewers: 'grace' });
    expect([again.outputs['operation'], again.writes]).toStrictEqual(['none', []]);
  });

  it('is updated by a newer version on the same branch, and stays open', async () => {
    await harness.deploy('1.4.1', '1.4.2');
    const { outputs, writes } = await harness.deploy('1.4.1', '1.5.0');
    expect([outputs['operation'], outputs['number']]).toStrictEqual(['updated', '1']);
    expect(harness.repository.file('gitops/staging/shop', SHOP)).toBe(manifest('shop', '1.5.0'));
    expect(harness.repository.pull(1)?.title).toBe('Deploy shop 1.5.0 to staging');
    expect(harness.repository.pull(1)?.state).toBe('open');
    expect(harness.repository.git.commitsBetween('main', 'gitops/staging/shop').length).toBe(1);
    expect(harness.repository.branch('gitops-next/gitops/staging/shop')).toBeUndefined();
    expect(writes).toContain('mutation updateRefs');
  });

  it('is rebuilt on the base if its file has changed there', async () => {
    await harness.deploy('1.4.1', '1.4.2');
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 5) }, 'Scale shop');
    const { outputs } = await harness.deploy('1.4.1', '1.4.2');
    expect(outputs['operation']).toBe('updated');
    expect(harness.repository.file('gitops/staging/shop', SHOP)).toBe(manifest('shop', '1.4.2', 5));
    expect(harness.repository.git.commit(harness.branchHead).parents[0]).toBe(harness.repository.branch('main'));
  });

  it('is closed and its branch deleted if the base has the change already', async () => {
    await harness.deploy('1.4.1', '1.4.2');
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
    const { outputs } = await harness.deploy('1.4.1', '1.4.2');
    expect([outputs['operation'], outputs['merged']]).toStrictEqual(['closed', 'true']);
    expect(harness.repository.pull(1)?.state).toBe('closed');
    expect(harness.repository.branch('gitops/staging/shop')).toBeUndefined();
  });

  it('stays open if it proposes a newer version than the base has', async () => {
    await harness.deploy('1.4.1', '1.5.0');
    for (const changes of [bump('1.4.0', '1.4.1'), '[]']) {
      const { outputs, log, writes } = await harness.run({ changes, application: 'shop', environment: 'staging' });
      expectWithNote(outputs['operation'], log).toBe('none');
      expect(writes).toStrictEqual([]);
      expect(log).toMatch(/#1 is left open: it proposes something else/);
    }
    expect(harness.repository.pull(1)?.state).toBe('open');
  });

  it('keeps a title or body that a person edited, and updates the other', async () => {
    await harness.deploy('1.4.1', '1.4.2');
    const pull = harness.repository.pull(1);
    invariant(pull);
    pull.title = 'Please wait for the database';
    await harness.deploy('1.4.1', '1.5.0');
    expect(pull.title).toBe('Please wait for the database');
    expect(pull.body ?? '').toMatch(/`1\.5\.0`/);
    pull.body = `Careful!\n\n${pull.body}`;
    await harness.deploy('1.4.1', '1.6.0');
    expect(pull.body).toMatch(/^Careful!\n\n[\s\S]*`1\.5\.0`/);
  });

  it('is a separate one for each application and environment', async () => {
    await harness.deploy('1.4.1', '1.4.2');
    const cart = await harness.run({
      changes: bump('3.0.0', '3.1.0', 'cart'),
      application: 'cart',
      environment: 'staging',
    });
    expect([cart.outputs['number'], cart.outputs['branch']]).toStrictEqual(['2', 'gitops/staging/cart']);
  });

  it('keeps the mode of an executable file', async () => {
    const change = JSON.parse(bump('1.4.1', '1.4.2'));
    harness.repository.push('main', { [SHOP]: { content: manifest('shop', '1.4.1'), mode: '100755' } }, 'Executable');
    const { exitCode, log } = await harness.run({ changes: JSON.stringify(change), application: 'shop' });
    expectWithNote(exitCode, log).toBe(0);
    const entry = harness.repository.git.entry('refs/heads/gitops-application/shop', SHOP);
    expect(entry?.mode).toBe('100755');
  });

  it('is only announced in a dry run', async () => {
    const { outputs, writes, summary, log } = await harness.deploy('1.4.1', '1.4.2', { 'dry-run': 'true' });
    expect([outputs['operation'], outputs['status'], writes]).toStrictEqual(['none', 'success', []]);
    expect(summary).toMatch(/dry run/);
    expect(log).toMatch(/Would open a pull request/);
  });

  it('is a new one after a squash merge, on the branch that was kept', async () => {
    await harness.deploy('1.4.1', '1.4.2', { merge: 'direct' });
    const { outputs } = await harness.deploy('1.4.2', '1.4.3');
    expect([outputs['operation'], outputs['number']]).toStrictEqual(['created', '2']);
    expect(harness.repository.git.commitsBetween('main', 'gitops/staging/shop').length).toBe(1);
  });
});

describe('commits of others on the branch', () => {
  beforeEach(async () => {
    await harness.deploy('1.4.1', '1.4.2');
    harness.repository.push(
      'gitops/staging/shop',
      { [SHOP]: manifest('shop', '1.4.2', 9), 'note.md': 'hi' },
      'Nine pods',
      {
        by: harness.github.account('ada'),
      },
    );
  });

  it('are kept by default: the change is committed on top of them', async () => {
    const { outputs, log } = await harness.deploy('1.4.1', '1.5.0');
    expectWithNote(outputs['operation'], log).toBe('updated');
    expect(harness.repository.file('gitops/staging/shop', SHOP)).toBe(manifest('shop', '1.5.0', 9));
    expect(harness.repository.file('gitops/staging/shop', 'note.md')).toBe('hi');
    expect((await harness.deploy('1.4.1', '1.5.0')).writes).toStrictEqual([]);
  });

  it('make the action fail with on-foreign-commits: fail', async () => {
    const { exitCode, log, writes } = await harness.deploy('1.4.1', '1.5.0', { 'on-foreign-commits': 'fail' });
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(/has 1 commit\(s\) of others \(ada;/);
  });

  it('are dropped with on-foreign-commits: replace', async () => {
    await harness.deploy('1.4.1', '1.5.0', { 'on-foreign-commits': 'replace' });
    expect(harness.repository.file('gitops/staging/shop', SHOP)).toBe(manifest('shop', '1.5.0'));
    expect(harness.repository.file('gitops/staging/shop', 'note.md')).toBeUndefined();
  });

  it('make the action fail if they change the same line', async () => {
    harness.repository.push('gitops/staging/shop', { [SHOP]: manifest('shop', 'handmade', 9) }, 'Other image');
    const { exitCode, log } = await harness.deploy('1.4.1', '1.5.0');
    expect(exitCode).toBe(1);
    expect(log).toMatch(/Others changed the same lines of staging\/shop.yaml/);
  });
});
