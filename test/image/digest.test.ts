import { expect, test } from '@jest/globals';
import { shortDigest } from '../../src/image/digest.ts';

test('a short digest has the first 12 hexadecimal digits', () => {
  expect(shortDigest(`sha256:${'ab'.repeat(32)}`)).toBe('sha256:abababababab…');
});
