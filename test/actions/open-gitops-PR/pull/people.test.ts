import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { GitOpsHarness } from '../harness.ts';

let harness: GitOpsHarness;
beforeEach(async () => {
  harness = await GitOpsHarness.open();
});
afterEach(() => harness.close());

describe('people whom GitHub does not accept', () => {
  it.each([
    ['an assignee without access', { assignees: 'ada\nstranger' }, /Not assigned: stranger/],
    ['a reviewer without access', { reviewers: 'stranger' }, /No review was requested from stranger/],
  ] as const)('%s gets a warning, and a second run updates nothing', async (_name, inputs, message) => {
    const first = await harness.deploy('1.4.1', '1.4.2', inputs);
    expectWithNote([first.exitCode, first.outputs['operation']], first.log).toStrictEqual([0, 'created']);
    expect(first.log).toMatch(message);
    const again = await harness.deploy('1.4.1', '1.4.2', inputs);
    expectWithNote([again.exitCode, again.outputs['operation']], again.log).toStrictEqual([0, 'none']);
    expect(again.log).toMatch(message);
    expect(again.writes.filter((write) => write !== 'refused')).toStrictEqual([]);
  });

  it('an assignee is tried if the token is not allowed to check', async () => {
    harness.github.faults.inject(/GET .*\/assignees\/ada$/, { kind: 'status', status: 403 });
    const { exitCode, log } = await harness.deploy('1.4.1', '1.4.2', { assignees: 'ada' });
    expectWithNote(exitCode, log).toBe(0);
    expect(harness.repository.pull(1)?.assignees[0]?.login).toBe('ada');
  });
});
