import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
beforeEach(async () => {
  harness = await GitOpsHarness.open();
});
afterEach(() => harness.close());

describe('people whom GitHub does not accept', () => {
  for (const [name, inputs, message] of [
    ['an assignee without access', { assignees: 'ada\nstranger' }, /Not assigned: stranger/],
    ['a reviewer without access', { reviewers: 'stranger' }, /No review was requested from stranger/],
  ] as const) {
    it(`${name} gets a warning, and a second run updates nothing`, async () => {
      const first = await harness.deploy('1.4.1', '1.4.2', inputs);
      expectWithNote([first.exitCode, first.outputs['operation']], first.log).toStrictEqual([0, 'created']);
      expect(first.log).toMatch(message);
      const again = await harness.deploy('1.4.1', '1.4.2', inputs);
      expectWithNote([again.exitCode, again.outputs['operation']], again.log).toStrictEqual([0, 'none']);
      expect(again.log).toMatch(message);
      expect(again.writes.filter((write) => write !== 'refused')).toStrictEqual([]);
    });
  }

  it('an assignee is tried if the token is not allowed to check', async () => {
    harness.github.faults.inject(/GET .*\/assignees\/ada$/, { kind: 'status', status: 403 });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { assignees: 'ada' });
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.pull(1)?.assignees[0]?.login).toBe('ada');
  });
});

it('does not fail if the base moves often during the wait', async () => {
  harness.repository.policies = { ...harness.repository.policies, requiredApprovals: 1, upToDate: true };
  for (let i = 1; i <= 14; i++)
    harness.clock.after(i * 60_000, () => harness.repository.push('main', { 'note.md': `${i}\n` }, `Note ${i}`));
  harness.clock.after(15 * 60_000 + 30_000, () => harness.repository.approve(1));
  const { exitCode, log, outputs } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
  expectWithNote(exitCode, log).toBe(0);
  expect(harness.repository.file('main', SHOP)).toBe(manifest('shop', '1.4.2'));
  expect(outputs['attempts']).toBe('15');
});

it('fails after ten attempts if GitHub keeps refusing the merge because the base was modified', async () => {
  const body = JSON.stringify({ message: 'Base branch was modified. Review and try the merge again.' });
  harness.github.faults.inject(/PUT .*\/merge$/, { kind: 'status', status: 405, body }, 1000);
  const { exitCode, log, outputs } = await harness.deploy('1.4.1', '1.4.2', { merge: 'direct', wait: 'merged' });
  expect(exitCode).toBe(1);
  expect(log).toMatch(/github-conflict/);
  expectWithNote(Number(outputs['attempts']), outputs['attempts']).toBeLessThanOrEqual(12);
});
