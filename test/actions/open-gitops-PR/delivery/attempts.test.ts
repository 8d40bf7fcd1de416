import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { expectWithNote } from '../../../jest-support.ts';
import { GitOpsHarness, manifest, SHOP } from '../harness.ts';

let harness: GitOpsHarness;
beforeEach(async () => {
  harness = await GitOpsHarness.open();
});
afterEach(() => harness.close());

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
