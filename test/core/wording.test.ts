import { expect, test } from '@jest/globals';
import { counted } from '../../src/core/counted.ts';

test('what is counted stands in the number that its count asks for', () => {
  expect([0, 1, 2].map((count) => counted(count, 'field'))).toStrictEqual(['0 fields', '1 field', '2 fields']);
  expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});
