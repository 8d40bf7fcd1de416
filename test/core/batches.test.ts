import { expect, test } from '@jest/globals';
import { batches } from '../../src/core/batches.ts';

test('items are grouped in their order, and the last batch holds the rest', () => {
  expect(batches([1, 2, 3, 4, 5], 2)).toStrictEqual([[1, 2], [3, 4], [5]]);
});

test('no items make no batch', () => {
  expect(batches([], 2)).toStrictEqual([]);
});
