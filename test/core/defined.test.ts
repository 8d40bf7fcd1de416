import { expect, test } from '@jest/globals';
import { defined } from '../../src/core/defined.ts';

test('defined keeps what has a value, also one that is empty, and drops what is undefined', () => {
  const given: { a?: number | undefined; b: string; c: null } = { a: undefined, b: '', c: null };
  expect(Object.keys(defined(given))).toStrictEqual(['b', 'c']);
});
