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

interface Amended {
  readonly path: string;
  readonly content: string;
  readonly mode?: string;
}

/** What `git commit --amend` and a forced push do: another content under the same message. */
function amend({ path, content, mode = '100644' }: Amended): void {
  const { git } = harness.repository;
  const commit = git.commit(harness.branchHead);
  const tree = git.writeTree(harness.branchHead, [{ path, mode, oid: git.writeBlob(content) }]);
  const oid = git.writeCommit({ ...commit, tree });
  harness.repository.moveRefs([{ ref: `refs/heads/${BRANCH}`, to: oid }], harness.github.account('ada'));
}

describe('a commit of ours that a person amended', () => {
  it('is one of theirs: another file that it changes is kept', async () => {
    amend({ path: CART, content: manifest('cart', '3.0.0', 7) });
    const same = await harness.deploy('1.4.1', '1.4.2');
    expectWithNote(same.exitCode, same.log).toBe(0);
    expect(harness.repository.file(BRANCH, CART)).toBe(manifest('cart', '3.0.0', 7));
    // Who wrote the line with the image, nobody can tell any more.
    const newer = await harness.deploy('1.4.1', '1.5.0');
    expect([newer.exitCode, newer.writes]).toStrictEqual([1, []]);
    expect(newer.log).toMatch(/foreign-commits::Others changed the same lines of staging\/shop.yaml/);
  });

  it('is one of theirs where they changed our file', async () => {
    amend({ path: SHOP, content: manifest('shop', '1.4.2', 7) });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2');
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.file(BRANCH, SHOP)).toBe(manifest('shop', '1.4.2', 7));
  });

  it('is one of theirs where they changed only the mode of our file', async () => {
    amend({ path: SHOP, content: manifest('shop', '1.4.2'), mode: '100755' });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { 'on-foreign-commits': 'fail' });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/foreign-commits::Branch gitops\/staging\/shop has 1 commit\(s\) of others/);
  });

  it('stays ours where they wrote the same again', async () => {
    amend({ path: SHOP, content: manifest('shop', '1.4.2') });
    const { outputs, log } = await harness.deploy('1.4.1', '1.5.0', { 'on-foreign-commits': 'fail' });
    expectWithNote(outputs['operation'], log).toBe('updated');
    expect(harness.repository.git.commitsBetween('main', BRANCH).length).toBe(1);
  });
});

it('the branch of an application whose name ends in .next is left alone', async () => {
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

describe('the branch on which a commit is made first', () => {
  const SIDE = `gitops-next/${BRANCH}`;

  it('has a name that no input can give', async () => {
    const { exitCode, log } = await harness.run({ changes: '[]', branch: SIDE });
    expect(exitCode).toBe(1);
    expect(log).toMatch(/Input `branch` takes .*gitops-next\/.*is kept for/);
  });

  it('is taken over where a run that was cut off has left it, and is gone afterwards', async () => {
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

  it('is not taken over where someone has committed to it', async () => {
    const theirs = harness.repository.push(SIDE, { [CART]: manifest('cart', '9.9.9') }, 'Mine', { from: 'main' });
    const { exitCode, log, writes } = await harness.deploy('1.4.1', '1.5.0');
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(
      /side-branch-taken::Branch gitops-next\/gitops\/staging\/shop has commits of others/,
    );
    expect(harness.repository.branch(SIDE)).toBe(theirs);
  });
});
