import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mergePull } from '../../../fakes/github/merging.ts';
import { expectWithNote, invariant } from '../../../jest-support.ts';
import { GitOpsHarness, manifest, SHOP } from '../harness.ts';

const WAITING = { merge: 'direct', wait: 'merged' };

let harness: GitOpsHarness;
beforeEach(async () => {
  harness = await GitOpsHarness.open({ requiredApprovals: 1 });
  harness.repository.push('release', {}, 'Release');
});
afterEach(() => harness.close());

/** A person changes the base of the pull request. */
function retarget() {
  const pull = harness.repository.pull(1);
  invariant(pull);
  pull.base = 'release';
  pull.baseSha = harness.repository.branch('release') ?? '';
  return pull;
}

describe('a pull request whose base a person changes during the wait', () => {
  it('gets its base back, and is merged only there', async () => {
    harness.clock.after(5 * 60_000, retarget);
    harness.clock.after(6 * 60_000, () => harness.repository.approve(1));
    const { exitCode, log, outputs } = await harness.deploy('1.4.1', '1.4.2', WAITING);
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.file('release', SHOP)).toBe(manifest('shop', '1.4.1'));
    expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2'));
    expect(outputs['merge-commit-sha']).toBe(harness.repository.branch('main'));
  });

  it('fails with `merged-elsewhere` if that person merged it there', async () => {
    harness.clock.after(5 * 60_000, () => {
      harness.repository.approve(1);
      mergePull(harness.repository, retarget(), { method: 'squash', by: harness.github.account('ada') });
    });
    const { exitCode, log, outputs } = await harness.deploy('1.4.1', '1.4.2', WAITING);
    expectWithNote([exitCode, outputs['merged'], outputs['merge-commit-sha']], log).toStrictEqual([1, 'false', '']);
    expect(log).toMatch(/merged-elsewhere::#1 was merged into release, not into main/);
  });
});

it('a pull request that was merged into another base is not reported as the merge into this base', async () => {
  harness.repository.policies = { ...harness.repository.policies, requiredApprovals: 0 };
  await harness.deploy('1.4.1', '1.4.2', WAITING);
  harness.repository.push('release', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
  const { exitCode, log, outputs } = await harness.deploy('1.4.1', '1.4.2', { ...WAITING, base: 'release' });
  expectWithNote([exitCode, outputs['merged'], outputs['number'], outputs['merge-commit-sha']], log).toStrictEqual([
    0,
    'true',
    '',
    '',
  ]);
});
