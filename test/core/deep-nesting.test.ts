import { expect, test } from '@jest/globals';
import { toActionError } from '../../src/core/error.ts';

test('an overflow of the stack is an error about the data, with a remedy, and no bug of the action', () => {
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  let thrown: unknown;
  try {
    JSON.stringify(deep);
  } catch (error) {
    thrown = error;
  }
  const { code, message, remedy } = toActionError(thrown);
  expect(code).toBe('nested-too-deeply');
  expect(message).toBe('A file, an input or the answer of a server is nested too deeply to be read.');
  expect(remedy).toMatch(/^Look for thousands of brackets/);
  expect(toActionError(new RangeError('Invalid array length')).code).toBe('internal');
});
