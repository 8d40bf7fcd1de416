import { expect, test } from '@jest/globals';
import { counted } from '../../src/core/counted.ts';

test('counted puts the noun into the singular for 1 and into the plural for everything else', () => {
  expect([0, 1, 2].map((count) => counted(count, 'field'))).toStrictEqual(['0 fields', '1 field', '2 fields']);
  expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});
