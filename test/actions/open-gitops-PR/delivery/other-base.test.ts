import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mergePull } from '../../../fakes/github/merging.ts';
import { expectWithNote, invariant } from '../../../jest-support.ts';
import { GitOpsHarness, manifest, SHOP } from '../harness.ts';

const WAITING = { merge: 'direct', wait: 'merged' };

let desk: GitOpsHarness;
beforeEach(async () => {
  desk = await GitOpsHarness.open({ requiredApprovals: 1 });
  desk.repository.push('release', {}, 'Release');
});
afterEach(() => desk.close());

/** A person sends a pull request elsewhere. */
function retarget() {
  const pull = desk.repository.pull(1);
  invariant(pull);
  pull.base = 'release';
  pull.baseSha = desk.repository.branch('release') ?? '';
  return pull;
}

describe('a pull request that a person sends to another base while it is waited for', () => {
  it('is sent back, and merged into no other base than the wanted one', async () => {
    desk.clock.after(5 * 60_000, retarget);
    desk.clock.after(6 * 60_000, () => desk.repository.approve(1));
    const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', WAITING);
    expectWithNote(exitCode, log).toBe(0);
    expect(desk.repository.file('release', SHOP)).toBe(manifest('shop', '1.4.1'));
    expect(desk.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2'));
    expect(outputs['merge-commit-sha']).toBe(desk.repository.branch('main'));
  });

  it('has not brought the change in where that person merged it there', async () => {
    desk.clock.after(5 * 60_000, () => {
      desk.repository.approve(1);
      mergePull(desk.repository, retarget(), { method: 'squash', by: desk.github.account('ada') });
    });
    const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', WAITING);
    expectWithNote([exitCode, outputs['merged'], outputs['merge-commit-sha']], log).toStrictEqual([1, 'false', '']);
    expect(log).toMatch(/merged-elsewhere::#1 was merged into release, not into main/);
  });
});

it('a merge into another base is not how this base got the change', async () => {
  desk.repository.policies = { ...desk.repository.policies, requiredApprovals: 0 };
  await desk.deploy('1.4.1', '1.4.2', WAITING);
  desk.repository.push('release', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
  const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', { ...WAITING, base: 'release' });
  expectWithNote([exitCode, outputs['merged'], outputs['number'], outputs['merge-commit-sha']], log).toStrictEqual([
    0,
    'true',
    '',
    '',
  ]);
});
