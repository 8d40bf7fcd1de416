import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { mergePull } from '../../doubles/github/merging.ts';
import { Desk, manifest, SHOP } from './desk.ts';

const WAITING = { merge: 'direct', wait: 'merged' };

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open({ requiredApprovals: 1 });
  desk.repository.push('release', {}, 'Release');
});
afterEach(() => desk.close());

/** A person sends a pull request elsewhere. */
function retarget() {
  const pull = desk.repository.pull(1);
  assert.ok(pull);
  pull.base = 'release';
  pull.baseSha = desk.repository.branch('release') ?? '';
  return pull;
}

describe('a pull request that a person sends to another base while it is waited for', () => {
  it('is sent back, and merged into no other base than the wanted one', async () => {
    desk.clock.after(5 * 60_000, retarget);
    desk.clock.after(6 * 60_000, () => desk.repository.approve(1));
    const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', WAITING);
    assert.equal(exitCode, 0, log);
    assert.equal(desk.repository.file('release', SHOP), manifest('shop', '1.4.1'));
    assert.equal(desk.repository.file('main', SHOP), manifest('shop', '1.4.2'));
    assert.equal(outputs['merge-commit-sha'], desk.repository.branch('main'));
  });

  it('has not brought the change in where that person merged it there', async () => {
    desk.clock.after(5 * 60_000, () => {
      desk.repository.approve(1);
      mergePull(desk.repository, retarget(), { method: 'squash', by: desk.github.account('ada') });
    });
    const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', WAITING);
    assert.deepEqual([exitCode, outputs['merged'], outputs['merge-commit-sha']], [1, 'false', ''], log);
    assert.match(log, /merged-elsewhere::#1 was merged into release, not into main/);
  });
});

it('a merge into another base is not how this base got the change', async () => {
  desk.repository.policies = { ...desk.repository.policies, requiredApprovals: 0 };
  await desk.deploy('1.4.1', '1.4.2', WAITING);
  desk.repository.push('release', { [SHOP]: manifest('shop', '1.4.2') }, 'By hand');
  const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', { ...WAITING, base: 'release' });
  assert.deepEqual(
    [exitCode, outputs['merged'], outputs['number'], outputs['merge-commit-sha']],
    [0, 'true', '', ''],
    log,
  );
});
