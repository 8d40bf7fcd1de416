import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Policies } from '../../../fakes/github/model.ts';
import { expectWithNote } from '../../../jest-support.ts';
import { type ActionRun, bump, CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

const BRANCH = 'gitops/staging/shop';

let harness: GitOpsHarness;
let approved: string;

/** Proposed, and a person has looked at the head of its branch. */
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

  it('is merged as it is', async () => {
    const { exitCode, log, outputs, writes } = await deliver({ 'approved-head': approved.toUpperCase() });
    expectWithNote(exitCode, log).toBe(0);
    expect(writes).toStrictEqual(['pulls/merge']);
    expect([outputs['merged'], outputs['head-sha'], outputs['merge-commit-sha']]).toStrictEqual([
      'true',
      approved,
      harness.repository.branch('main'),
    ]);
  });

  it('is merged though the base has moved elsewhere', async () => {
    harness.repository.push('main', { [CART]: manifest('cart', '3.0.1') }, 'Cart');
    const { exitCode, log, outputs } = await deliver();
    expectWithNote([exitCode, outputs['head-sha']], log).toStrictEqual([0, approved]);
    expect(harness.repository.file('main', CART)).toBe(manifest('cart', '3.0.1'));
  });

  it('is set by this run onto a base that has changed the same file, and merged', async () => {
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 5) }, 'Scale');
    const { exitCode, log, outputs } = await deliver();
    expectWithNote(exitCode, log).toBe(0);
    expect(outputs['head-sha']).not.toBe(approved);
    expect(harness.repository.pull(1)?.headSha).toBe(outputs['head-sha']);
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2', 5));
  });

  for (const [name, push] of [
    ['another commit on top', pushOther],
    ['a commit that carries our own trailer', () => forge(true)],
    ['a commit in its place', () => forge(false)],
  ] as const) {
    it(`refuses ${name}, and writes nothing`, async () => {
      push();
      assertRefused(
        await deliver(),
        new RegExp(
          `head-changed::${BRANCH} is at [0-9a-f]{8}, not at the approved ${approved.slice(0, 8)}\\..*approved`,
        ),
      );
      assertRefused(await deliver({ 'dry-run': 'true' }), /head-changed/);
    });
  }

  /** What someone with the right to push can write to look like the action. */
  function forge(onTop: boolean): void {
    const { git } = harness.repository;
    const real = git.commit(approved);
    const tree = git.writeTree(approved, [
      { path: CART, mode: '100644', oid: git.writeBlob(manifest('cart', 'evil')) },
    ]);
    const oid = git.writeCommit({ ...real, tree, parents: onTop ? [approved] : real.parents });
    harness.repository.moveRefs([{ ref: `refs/heads/${BRANCH}`, to: oid }], harness.github.account('ada'));
  }

  it('refuses what another run made of it', async () => {
    await harness.deploy('1.4.1', '1.5.0');
    assertRefused(await deliver(), /head-changed/);
  });

  it('refuses a change that the approved head does not hold', async () => {
    const ran = await harness.deploy('1.4.1', '6.6.6', { merge: 'direct', 'approved-head': approved });
    assertRefused(ran, /approved-change-differs::.*does not hold the change/);
  });

  it('keeps what others had committed before the approval, also on top of a newer base', async () => {
    approved = harness.repository.push(BRANCH, { [SHOP]: manifest('shop', '1.4.2', 9), 'note.md': 'hi' }, 'Nine');
    const { exitCode, log } = await deliver();
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2', 9));
    expect(harness.repository.file('main', 'note.md')).toBe('hi');
  });

  it('run again after the merge writes nothing, whoever uses the branch since', async () => {
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

  it('is not merged a second time after it was taken back', async () => {
    await deliver();
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1') }, 'Back');
    const { exitCode, log, writes } = await deliver();
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(/approval-used::#1 was merged with the approved [0-9a-f]{8} already, and main has changed/);
  });

  it('is approved anew, under a head of its own, once it was taken back', async () => {
    await deliver();
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1') }, 'Back');
    const used = approved;
    approved = (await harness.deploy('1.4.1', '1.4.2')).outputs['head-sha'] ?? '';
    expect(approved).not.toBe(used);
    const { exitCode, log, outputs } = await deliver();
    expectWithNote([exitCode, outputs['number'], outputs['merged']], log).toStrictEqual([0, '2', 'true']);
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2'));
  });

  it('says that the branch is gone', async () => {
    harness.repository.moveRefs([{ ref: `refs/heads/${BRANCH}`, to: undefined }], harness.github.account('ada'));
    assertRefused(await deliver(), /pull-request-closed::#1 was closed without being merged/);
  });

  it('says that the pull request was closed', async () => {
    harness.repository.close(1);
    assertRefused(await deliver(), /pull-request-closed::#1 was closed without being merged/);
  });

  it('leaves a change alone that the base has by now, and closes only the approved pull request', async () => {
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
    pushOther();
    const other = await deliver();
    expectWithNote([other.exitCode, other.writes], other.log).toStrictEqual([0, []]);
    expect(other.log).toMatch(/#1 is left open/);
    expect(harness.repository.pull(1)?.state).toBe('open');
  });
});

describe('approved-head and those who push meanwhile', () => {
  afterEach(() => harness.close());

  it('refuses a commit that comes while it waits', async () => {
    await propose({ requiredApprovals: 1 });
    harness.clock.after(30_000, () => {
      pushOther();
      harness.repository.approve(1);
    });
    const { exitCode, log, writes } = await deliver();
    expect([exitCode, writes]).toStrictEqual([1, []]);
    expect(log).toMatch(/head-changed/);
    expect(harness.repository.file('main', CART)).toBe(manifest('cart', '3.0.0'));
  });

  it('says where someone else merged another head', async () => {
    await propose({ requiredApprovals: 1 });
    harness.clock.after(30_000, () => {
      pushOther();
      const pull = harness.repository.pull(1);
      if (pull) pull.autoMerge = { by: harness.github.account('ada'), method: 'squash', at: 0 };
      harness.repository.approve(1);
    });
    const { exitCode, log } = await deliver();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/head-changed::.*#1 was merged at [0-9a-f]{8}, not at the approved/);
  });

  it('refuses one that comes between the last look and the merge', async () => {
    await propose();
    harness.github.faults.inject(/PUT .*\/merge$/, { kind: 'meanwhile', happen: pushOther });
    const { exitCode, log } = await deliver();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/head-changed/);
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.1'));
  });

  it('refuses one that comes while its own commit is being made', async () => {
    await propose();
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 5) }, 'Scale');
    harness.github.faults.inject(/POST .*\/git\/refs$/, { kind: 'meanwhile', happen: pushOther });
    const { exitCode, log } = await deliver();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/head-changed/);
    expect(harness.repository.file(BRANCH, CART)).toBe(manifest('cart', 'evil'));
  });
});

describe('approved-head beside other inputs', () => {
  beforeEach(() => propose());
  afterEach(() => harness.close());

  for (const [inputs, message] of [
    [{ merge: 'none', wait: 'none' }, /Input `approved-head` is given, but `merge` is none/],
    [{ merge: 'auto' }, /Input `approved-head` is given, but `merge` is auto.*later commits/],
    [{ mode: 'commit', merge: 'none', wait: 'none' }, /Input `approved-head` is given, but `mode` is commit/],
    [{ 'on-foreign-commits': 'replace' }, /Input `approved-head` .*`on-foreign-commits` is replace/],
    [{ 'approved-head': 'abc1234' }, /Input `approved-head` takes .*give all 40 digits/],
  ] as const) {
    it(`refuses ${JSON.stringify(inputs)}`, async () => {
      const asked = harness.github.requests.length;
      const { exitCode, log } = await deliver(inputs);
      expect(exitCode).toBe(1);
      expect(log).toMatch(message);
      expect(harness.github.requests.length).toBe(asked);
    });
  }
});
