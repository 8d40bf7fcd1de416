import { expect, test } from '@jest/globals';
import { describeResult, lastOutputLine, type NotStarted, type ProgramExit } from '../../src/program/result.ts';

test.each<[ProgramExit | NotStarted, string]>([
  [{ kind: 'exited', code: 0 }, 'succeeded'],
  [{ kind: 'exited', code: 3 }, 'failed with exit code 3'],
  [{ kind: 'killed', signal: 'SIGKILL' }, 'was terminated by SIGKILL'],
  [{ kind: 'timed-out', ms: 30_000 }, 'did not finish within 30 s'],
  [{ kind: 'too-much-output', characters: 64 * 2 ** 20 }, 'printed more than 64 MiB'],
  [{ kind: 'not-found' }, 'is not on PATH'],
  [{ kind: 'not-executable' }, "can't be executed by the job's user"],
  [{ kind: 'no-folder', folder: '/x' }, "can't be started in /x, which doesn't exist or can't be entered"],
  [{ kind: 'not-started', reason: 'spawn E2BIG' }, "can't be started: spawn E2BIG"],
])('the result %j is described', (result, description) => {
  expect(describeResult(result)).toBe(description);
});

test('the last output line is that of standard error, or else of standard output', () => {
  const exited = { kind: 'exited', code: 1 } as const;
  expect(lastOutputLine({ ...exited, stdout: 'a\n', stderr: 'b\nc \n\n' })).toBe('c');
  expect(lastOutputLine({ ...exited, stdout: 'a\r\nb\r\n', stderr: ' \n' })).toBe('b');
  expect(lastOutputLine({ ...exited, stdout: '', stderr: '' })).toBeUndefined();
  expect(lastOutputLine({ kind: 'not-found' })).toBeUndefined();
});
