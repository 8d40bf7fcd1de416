import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Desk, manifest, SHOP } from '../desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(() => desk.close());

describe('whom GitHub does not accept', () => {
  for (const [name, inputs, message] of [
    ['an assignee without access', { assignees: 'ada\nstranger' }, /Not assigned: stranger/],
    ['a reviewer without access', { reviewers: 'stranger' }, /No review was asked of stranger/],
  ] as const) {
    it(`${name} is told of, and costs no update when the action runs again`, async () => {
      const first = await desk.deploy('1.4.1', '1.4.2', inputs);
      assert.deepEqual([first.exitCode, first.outputs['operation']], [0, 'created'], first.log);
      assert.match(first.log, message);
      const again = await desk.deploy('1.4.1', '1.4.2', inputs);
      assert.deepEqual([again.exitCode, again.outputs['operation']], [0, 'none'], again.log);
      assert.match(again.log, message);
      assert.deepEqual(
        again.writes.filter((write) => write !== 'refused'),
        [],
      );
    });
  }

  it('an assignee is asked for where the token may not know', async () => {
    desk.github.faults.inject(/GET .*\/assignees\/ada$/, { kind: 'status', status: 403 });
    const { exitCode, log } = await desk.deploy('1.4.1', '1.4.2', { assignees: 'ada' });
    assert.equal(exitCode, 0, log);
    assert.equal(desk.repository.pull(1)?.assignees[0]?.login, 'ada');
  });
});

it('a base that moves often while the action waits does not end it', async () => {
  desk.repository.policies = { ...desk.repository.policies, requiredApprovals: 1, upToDate: true };
  for (let i = 1; i <= 14; i++)
    desk.clock.after(i * 60_000, () => desk.repository.push('main', { 'note.md': `${i}\n` }, `Note ${i}`));
  desk.clock.after(15 * 60_000 + 30_000, () => desk.repository.approve(1));
  const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
  assert.equal(exitCode, 0, log);
  assert.equal(desk.repository.file('main', SHOP), manifest('shop', '1.4.2'));
  assert.equal(outputs['attempts'], '15');
});

it('a merge that GitHub refuses again and again as moved ends after ten attempts', async () => {
  const body = JSON.stringify({ message: 'Base branch was modified. Review and try the merge again.' });
  desk.github.faults.inject(/PUT .*\/merge$/, { kind: 'status', status: 405, body }, 1000);
  const { exitCode, log, outputs } = await desk.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
  assert.equal(exitCode, 1);
  assert.match(log, /github-conflict/);
  assert.ok(Number(outputs['attempts']) <= 12, outputs['attempts']);
});
