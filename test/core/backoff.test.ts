import { expect, test } from '@jest/globals';
import { backoffDelay } from '../../src/core/backoff.ts';

test('a delay doubles with each attempt up to the maximum', () => {
  const policy = { firstDelay: 100, maxDelay: 500, random: () => 1 };
  expect([0, 1, 2, 3, 9].map((attempt) => backoffDelay(policy, attempt))).toStrictEqual([100, 200, 400, 500, 500]);
});

test('the jitter takes off at most half of the delay', () => {
  expect(backoffDelay({ firstDelay: 100, maxDelay: 500, random: () => 0 }, 1)).toBe(100);
  for (let attempt = 0; attempt < 20; attempt++) {
    const delay = backoffDelay({ firstDelay: 100, maxDelay: 100 }, attempt);
    expect(delay).toBeGreaterThanOrEqual(50);
    expect(delay).toBeLessThanOrEqual(100);
  }
});
