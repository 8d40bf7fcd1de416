import { afterEach, describe, expect, it } from '@jest/globals';
import type { Policies } from '../../../fakes/github/model.ts';
import { type ActionRun, CART, GitOpsHarness, manifest, SHOP } from '../harness.ts';

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

describe('approved-head with pushes during the run', () => {
  afterEach(() => harness.close());

  it('refuses a commit that is pushed during the wait', async () => {
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

  it('fails if someone else merged another head', async () => {
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

  it('refuses a commit that is pushed between the last read and the merge', async () => {
    await propose();
    harness.github.faults.inject(/PUT .*\/merge$/, { kind: 'meanwhile', happen: pushOther });
    const { exitCode, log } = await deliver();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/head-changed/);
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.1'));
  });

  it('refuses a commit that is pushed while this run makes its own', async () => {
    await propose();
    harness.repository.push('main', { [SHOP]: manifest('shop', '1.4.1', 5) }, 'Scale');
    harness.github.faults.inject(/POST .*\/git\/refs$/, { kind: 'meanwhile', happen: pushOther });
    const { exitCode, log } = await deliver();
    expect(exitCode).toBe(1);
    expect(log).toMatch(/head-changed/);
    expect(harness.repository.file(BRANCH, CART)).toBe(manifest('cart', 'evil'));
  });
});
