import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted } from '../../src/action/wording.ts';

test('what is counted stands in the number that its count asks for', () => {
  assert.deepEqual(
    [0, 1, 2].map((count) => counted(count, 'field')),
    ['0 fields', '1 field', '2 fields'],
  );
  assert.equal(counted(2, 'entry', 'entries'), '2 entries');
});
