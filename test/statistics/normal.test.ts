import { describe, expect, it } from '@jest/globals';
import { normalCdf, normalQuantile } from '../../src/statistics/normal.ts';

const relative = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected || 1);

describe('standard normal distribution', () => {
  // R 4.2: sprintf("%.17g", pnorm(x))
  it.each([
    [-8, 6.2209605742717849e-16],
    [-3, 0.0013498980316300946],
    [-1, 0.15865525393145705],
    [-0.5, 0.30853753872598694],
    [0, 0.5],
    [0.3, 0.61791142218895267],
    [1, 0.84134474606854293],
    [2.5, 0.99379033467422384],
    [6, 0.9999999990134123],
  ] as const)('has at %s a cumulative probability of %s, as in R', (x, p) =>
    expect(relative(normalCdf(x), p)).toBeLessThan(1e-13),
  );

  // R 4.2: sprintf("%.17g", qnorm(p))
  it.each([
    [1e-12, -7.0344838253011321],
    [1e-5, -4.2648907939228256],
    [0.01, -2.3263478740408408],
    [0.025, -1.9599639845400538],
    [0.3, -0.52440051270804067],
    [0.5, 0],
    [0.8, 0.84162123357291441],
    [0.99, 2.3263478740408408],
    [0.999999, 4.7534243088170891],
  ] as const)('has at %s a quantile of %s, as in R', (p, x) =>
    expect(relative(normalQuantile(p), x)).toBeLessThan(1e-12),
  );

  it('has no jump where the method of computation changes', () => {
    for (const x of [3, -3]) expect(relative(normalCdf(x), normalCdf(x + 1e-12 * Math.sign(x)))).toBeLessThan(1e-11);
  });

  it('has infinite quantiles at 0 and 1, and none outside of them', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(Number.isNaN(normalQuantile(-0.1))).toBeTruthy();
    expect(Number.isNaN(normalQuantile(1.1))).toBeTruthy();
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(Number.isNaN(normalCdf(Number.NaN))).toBeTruthy();
  });
});
