import { expect, test } from '@jest/globals';
import { describeResult, lastOutputLine, type NotStarted, type ProgramExit } from '../../src/program/result.ts';

test.each<[ProgramExit | NotStarted, string]>([
  [{ kind: 'exited', code: 0 }, 'ended well'],
  [{ kind: 'exited', code: 3 }, 'failed with exit code 3'],
  [{ kind: 'killed', signal: 'SIGKILL' }, 'was ended by SIGKILL'],
  [{ kind: 'timed-out', ms: 30_000 }, 'did not end within 30 s'],
  [{ kind: 'too-much-output', characters: 64 * 2 ** 20 }, 'printed more than 64 MiB'],
  [{ kind: 'not-found' }, 'is not on PATH'],
  [{ kind: 'not-executable' }, 'may not be executed by the user of the job'],
  [{ kind: 'no-folder', folder: '/x' }, 'was not started: its folder /x does not exist, or may not be entered'],
  [{ kind: 'not-started', reason: 'spawn E2BIG' }, 'could not be started: spawn E2BIG'],
])('%j is said in words', (result, words) => {
  expect(describeResult(result)).toBe(words);
});

test('the last words of a program are those of its errors, else of its output', () => {
  const exited = { kind: 'exited', code: 1 } as const;
  expect(lastOutputLine({ ...exited, stdout: 'a\n', stderr: 'b\nc \n\n' })).toBe('c');
  expect(lastOutputLine({ ...exited, stdout: 'a\r\nb\r\n', stderr: ' \n' })).toBe('b');
  expect(lastOutputLine({ ...exited, stdout: '', stderr: '' })).toBeUndefined();
  expect(lastOutputLine({ kind: 'not-found' })).toBeUndefined();
});
