import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

const BRANCH = 'gitops/staging/shop';

let harness: GitOpsHarness;
beforeEach(async () => {
  harness = await GitOpsHarness.open();
  await harness.deploy('1.4.1', '1.4.2');
});
afterEach(() => harness.close());

interface Amendment {
  readonly path: string;
  readonly content: string;
  readonly mode?: string;
}

/** Does what `git commit --amend` and a forced push do: other contents with the same message. */
function amend({ path, content, mode = '100644' }: Amendment): void {
  const { git } = harness.repository;
  const commit = git.commit(harness.branchHead);
  const tree = git.writeTree(harness.branchHead, [{ path, mode, oid: git.writeBlob(content) }]);
  const oid = git.writeCommit({ ...commit, tree });
  harness.repository.moveRefs([{ ref: `refs/heads/${BRANCH}`, to: oid }], harness.github.account('ada'));
}

describe('an own commit that a person has amended', () => {
  it('counts as a commit of others: another file that it changes is kept', async () => {
    amend({ path: CART, content: manifest('cart', '3.0.0', 7) });
    const same = await harness.deploy('1.4.1', '1.4.2');
    expectWithNote(same.exitCode, same.log).toBe(0);
    expect(harness.repository.file(BRANCH, CART)).toBe(manifest('cart', '3.0.0', 7));
    // It is no longer known who wrote the line with the image.
    const newer = await harness.deploy('1.4.1', '1.5.0');
    expect([newer.exitCode, newer.writes]).toStrictEqual([1, []]);
    expect(newer.log).toMatch(/foreign-commits::Others changed the same lines of staging\/shop.yaml/);
  });

  it('counts as a commit of others if our file was changed', async () => {
    amend({ path: SHOP, content: manifest('shop', '1.4.2', 7) });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2');
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.file(BRANCH, SHOP)).toBe(manifest('shop', '1.4.2', 7));
  });

  it('counts as a commit of others if only the mode of our file was changed', async () => {
    amend({ path: SHOP, content: manifest('shop', '1.4.2'), mode: '100755' });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { 'on-foreign-commits': 'fail' });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/foreign-commits::Branch gitops\/staging\/shop has 1 commit\(s\) of others/);
  });

  it('stays an own commit if the contents are unchanged', async () => {
    amend({ path: SHOP, content: manifest('shop', '1.4.2') });
    const { outputs, log } = await harness.deploy('1.4.1', '1.5.0', { 'on-foreign-commits': 'fail' });
    expectWithNote(outputs['operation'], log).toBe('updated');
    expect(harness.repository.git.commitsBetween('main', BRANCH).length).toBe(1);
  });
});

it('does not touch the branch of an application whose name ends in .next', async () => {
  const next = await harness.run({
    changes: '[]',
    application: 'shop.next',
    environment: 'staging',
  });
  expectWithNote(next.exitCode, next.log).toBe(0);
  const theirs = harness.repository.push(`${BRANCH}.next`, { [CART]: manifest('cart', '9.9.9') }, 'Next', {
    from: 'main',
  });
  const { exitCode, log, outputs } = await harness.deploy('1.4.1', '1.5.0');
  expectWithNote([exitCode, outputs['operation']], log).toStrictEqual([0, 'updated']);
  expect(harness.repository.branch(`${BRANCH}.next`)).toBe(theirs);
});

describe('the side branch, on which the next commit is made', () => {
  const SIDE = `gitops-next/${BRANCH}`;

  it('has a reserved name that the input `branch` refuses', async () => {
    const { exitCode, log } = await harness.run({ changes: '[]', branch: SIDE });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/Input `branch` takes .*gitops-next\/.*reserved for/);
  });

  it('is reused if an interrupted run left it, and deleted afterwards', async () => {
    harness.github.faults.inject(/./, { kind: 'delay', ms: 0 }, 100);
    for (const leave of [() => harness.repository.branch('main') ?? '', () => harness.branchHead]) {
      harness.repository.moveRefs([{ ref: `refs/heads/${SIDE}`, to: leave() }], harness.github.account('ada'));
      harness.repository.push('main', { 'note.md': leave() }, 'Moves on');
      const tag = leave() === harness.branchHead ? '1.6.0' : '1.5.0';
      const { exitCode, log } = await harness.deploy('1.4.1', tag);
      expectWithNote(exitCode, log).toBe(0);
      expect(harness.repository.file(BRANCH, SHOP)).toBe(manifest('shop', tag));
      expect(harness.repository.branch(SIDE)).toBeUndefined();
    }
  });

  it('is not reused if someone else has committed to it', async () => {
    const theirs = harness.repository.push(SIDE, { [CART]: manifest('cart', '9.9.9') }, 'Mine', { from: 'main' });
    const { exitCode, log, writes } = await harness.deploy('1.4.1', '1.5.0');
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(/side-branch-taken::Branch gitops-next\/gitops\/staging\/shop has commits of others/);
    expect(harness.repository.branch(SIDE)).toBe(theirs);
  });
});
