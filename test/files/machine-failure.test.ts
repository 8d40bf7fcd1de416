import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ActionError } from '../../src/core/error.ts';
import { explainMachineFailure } from '../../src/files/machine-failure.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (thrown) {
    return thrown;
  }
}

test('a full disk is no bug of the action', () => {
  const thrown = thrownBy(() => writeFileSync('/dev/full', 'x'));
  expect(explainMachineFailure(thrown)).toMatchObject({
    code: 'file-system-failed',
    message: `The runner's file system refused "write": the disk is full.`,
    cause: thrown,
  });
});

test.each([
  ['EDQUOT', 'the disk quota of the user is used up'],
  ['EROFS', 'the file system is read-only'],
  ['EIO', 'the disk reports an error'],
  ['EACCES', "permission denied for the job's user"],
  ['EMFILE', 'too many files are open'],
])('%s names the file', (code, reason) => {
  const thrown = Object.assign(new Error(code), { code, syscall: 'open', path: '/work/a' });
  expect(explainMachineFailure(thrown)).toMatchObject({
    message: `The runner's file system refused "open" of /work/a: ${reason}.`,
  });
});

test('any other error stays as it is', () => {
  const missing = thrownBy(() => readFileSync('/nonexistent'));
  const known = new ActionError({ code: 'a', message: 'b', remedy: 'c' });
  for (const thrown of [missing, known, new TypeError('d'), 'e', undefined])
    expect(explainMachineFailure(thrown)).toBe(thrown);
});
