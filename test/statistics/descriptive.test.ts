import { describe, expect, it } from '@jest/globals';
import { mean, median, percentile } from '../../src/statistics/descriptive.ts';
import { commonLanguageEffectSize, meanRatio } from '../../src/statistics/effect-size.ts';
import { assertClose } from './close.ts';

describe('percentile', () => {
  const values = [21, 1, 9, 3, 14, 8, 2, 30, 17, 4];
  // R 4.2: quantile(q, type = 7)
  it.each([
    [1, 1.09],
    [25, 3.25],
    [50, 8.5],
    [75, 16.25],
    [99, 29.19],
    [0, 1],
    [100, 30],
  ] as const)('%s of a sample is %s, as in R (type 7)', (p, expected) =>
    assertClose(percentile(values, p), expected, 1e-12),
  );

  it('of an empty sample is NaN', () => {
    expect(Number.isNaN(median([]))).toBeTruthy();
    expect(Number.isNaN(mean([]))).toBeTruthy();
  });

  it('of a sample with one value is that value', () => expect(percentile([7], 99)).toBe(7));
});

describe('effect size', () => {
  it('is the ratio of the means', () => expect(meanRatio([2, 4], [1, 2])).toBe(2));
  it('is not finite as a ratio to a mean of 0', () => expect(Number.isFinite(meanRatio([2, 4], [0, 0]))).toBe(false));

  it('in common language is the share of pairs in which x is higher, with ties counted half', () => {
    expect(commonLanguageEffectSize([3, 4], [1, 2])).toBe(1);
    expect(commonLanguageEffectSize([1, 2], [3, 4])).toBe(0);
    expect(commonLanguageEffectSize([1, 2], [1, 2])).toBe(0.5);
    // 9 pairs: 3 > 1, 3 > 2, 3 = 3, 5 > all three, 0 < all three.
    assertClose(commonLanguageEffectSize([3, 5, 0], [1, 2, 3]), 5.5 / 9, 1e-12);
  });
});
