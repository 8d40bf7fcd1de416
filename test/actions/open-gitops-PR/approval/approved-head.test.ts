import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Policies } from '../../../fakes/github/model.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { type ActionRun, bump, CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

const BRANCH = 'gitops/staging/shop';

let harness: GitOpsHarness;
let approved: string;

/** Proposes a change. Its head is the one that a person approves. */
async function propose(policies: Partial<Policies> = {}): Promise<void> {
  harness = await GitOpsHarness.open(policies);
  approved = (await harness.deploy('1.4.1', '1.4.2')).outputs['head-sha'] ?? '';
  expect(approved).toMatch(/^[0-9a-f]{40}$/);
}

const deliver = (inputs: Readonly<Record<string, string>> = {}): Promise<ActionRun> =>
  harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged', 'approved-head': approved, ...inputs });

const pushOther = () => harness.repository.push(BRANCH, { [CART]: manifest('cart', 'evil') }, 'Slipped in');

function assertRefused(ran: ActionRun, message: RegExp): void {
  expectWithNote([ran.exitCode, ran.outputs['merged'], ran.writes], ran.log).toStrictEqual([1, 'false', []]);
  expect(ran.log).toMatch(message);
  expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.1'));
}

describe('approved-head', () => {
  beforeEach(() => propose());
  afterEach(() => harness.close());

  it('is merged unchanged', async () => {
    const { exitCode, log, outputs, writes } = await deliver({ 'approved-head': approved.toUpperCase() });
    expectWithNote(exitCode, log).toBe(0);
    expect(writes).toStrictEqual(['pulls/merge']);
    expect([outputs['merged'], outputs['head-sha'], outputs['merge-commit-sha']]).toStrictEqual([
      'true',
      approved,
      harness.repository.branch('main'),
    ]);
  });

  it('is merged although another file of the base has changed', async () => {
    harness.repository.push('main', { [CART]: manifest('cart', '3.0.1') }, 'Cart');
    const { exitCode, log, outputs } = await deliver();
    expectWithNote([exitCode, outputs['head-sha']], log).toStrictEqual([0, approved]);
    expect(harness.repository.file('main', CART)).toBe(manifest('cart', '3.0.1'));
  });

  it('is rebuilt by this run and merged if the base has changed the same file', async () => {
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 5) }, 'Scale');
    const { exitCode, log, outputs } = await deliver();
    expectWithNote(exitCode, log).toBe(0);
    expect(outputs['head-sha']).not.toBe(approved);
    expect(harness.repository.pull(1)?.headSha).toBe(outputs['head-sha']);
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2', 5));
  });

  it.each([
    ['a branch with another commit on top', pushOther],
    ['a branch with another commit that has our trailers', () => forge(true)],
    ['a branch whose commit was replaced', () => forge(false)],
  ] as const)('refuses %s, and writes nothing', async (_name, push) => {
    push();
    assertRefused(
      await deliver(),
      new RegExp(`head-changed::${BRANCH} is at [0-9a-f]{8}, not at the approved ${approved.slice(0, 8)}\\..*approved`),
    );
    assertRefused(await deliver({ 'dry-run': 'true' }), /head-changed/);
  });

  /** Pushes a commit that looks as if the action had made it. */
  function forge(onTop: boolean): void {
    const { git } = harness.repository;
    const real = git.commit(approved);
    const tree = git.writeTree(approved, [
      { path: CART, mode: '100644', oid: git.writeBlob(manifest('cart', 'evil')) },
    ]);
    const oid = git.writeCommit({ ...real, tree, parents: onTop ? [approved] : real.parents });
    harness.repository.moveRefs([{ ref: `refs/heads/${BRANCH}`, to: oid }], harness.github.account('ada'));
  }

  it('refuses a head that another run has made', async () => {
    await harness.deploy('1.4.1', '1.5.0');
    assertRefused(await deliver(), /head-changed/);
  });

  it('refuses to merge if the approved head does not contain the change', async () => {
    const ran = await harness.deploy('1.4.1', '6.6.6', { merge: 'direct', 'approved-head': approved });
    assertRefused(ran, /approved-change-differs::.*does not hold the change/);
  });

  it('keeps commits that others made before the approval', async () => {
    approved = harness.repository.push(BRANCH, { [SHOP]: manifest('shop', '1.4.2', 9), 'note.md': 'hi' }, 'Nine');
    const { exitCode, log } = await deliver();
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2', 9));
    expect(harness.repository.file('main', 'note.md')).toBe('hi');
  });

  it('writes nothing in a second run after the merge, even if the branch is in use again', async () => {
    const first = await deliver();
    const again = await deliver();
    expectWithNote([again.exitCode, again.outputs['operation'], again.writes], again.log).toStrictEqual([
      0,
      'none',
      [],
    ]);
    expect(again.outputs['merge-commit-sha']).toBe(first.outputs['merge-commit-sha']);
    await harness.run({ changes: bump('3.0.0', '3.1.0', 'cart'), application: 'shop', environment: 'staging' });
    const late = await harness.run({
      ...{ changes: '[]', application: 'shop', environment: 'staging', merge: 'direct', wait: 'merged' },
      'approved-head': approved,
    });
    expectWithNote([late.exitCode, late.outputs['number'], late.writes], late.log).toStrictEqual([0, '1', []]);
    expect(late.outputs['merge-commit-sha']).toBe(first.outputs['merge-commit-sha']);
    expect(harness.repository.pull(2)?.state).toBe('open');
  });

  it('is not merged again after it was reverted', async () => {
    await deliver();
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1') }, 'Back');
    const { exitCode, log, writes } = await deliver();
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(/approval-used::#1 was merged with the approved [0-9a-f]{8} already, and main has changed/);
  });

  it('needs a new approval of a new head after it was reverted', async () => {
    await deliver();
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1') }, 'Back');
    const used = approved;
    approved = (await harness.deploy('1.4.1', '1.4.2')).outputs['head-sha'] ?? '';
    expect(approved).not.toBe(used);
    const { exitCode, log, outputs } = await deliver();
    expectWithNote([exitCode, outputs['number'], outputs['merged']], log).toStrictEqual([0, '2', 'true']);
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2'));
  });

  it('reports a closed pull request if the branch was deleted', async () => {
    harness.repository.moveRefs([{ ref: `refs/heads/${BRANCH}`, to: undefined }], harness.github.account('ada'));
    assertRefused(await deliver(), /pull-request-closed::#1 was closed without being merged/);
  });

  it('reports a closed pull request if a person closed it', async () => {
    harness.repository.close(1);
    assertRefused(await deliver(), /pull-request-closed::#1 was closed without being merged/);
  });

  it('leaves a pull request open that is not approved, if the base has the change already', async () => {
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
    pushOther();
    const other = await deliver();
    expectWithNote([other.exitCode, other.writes], other.log).toStrictEqual([0, []]);
    expect(other.log).toMatch(/#1 is left open/);
    expect(harness.repository.pull(1)?.state).toBe('open');
  });
});

describe('approved-head with inputs that contradict it', () => {
  beforeEach(() => propose());
  afterEach(() => harness.close());

  it.each([
    [{ merge: 'none', wait: 'none' }, /Input `approved-head` is given, but `merge` is none/],
    [{ merge: 'auto' }, /Input `approved-head` is given, but `merge` is auto.*later commits/],
    [{ mode: 'commit', merge: 'none', wait: 'none' }, /Input `approved-head` is given, but `mode` is commit/],
    [{ 'on-foreign-commits': 'replace' }, /Input `approved-head` .*`on-foreign-commits` is replace/],
    [{ 'approved-head': 'abc1234' }, /Input `approved-head` takes .*give all 40 digits/],
  ] as const)('refuses %j', async (inputs, message) => {
    const before = harness.github.requests.length;
    const { exitCode, log } = await deliver(inputs);
    expect(exitCode).toBe(1);
    expect(log).toMatch(message);
    expect(harness.github.requests.length).toBe(before);
  });
});
