import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mean, median, percentile } from '../../src/statistics/describe.ts';
import { commonLanguageEffectSize, meanRatio } from '../../src/statistics/effect-size.ts';
import { assertClose } from './close.ts';

describe('percentiles', () => {
  const values = [21, 1, 9, 3, 14, 8, 2, 30, 17, 4];
  // R 4.2: quantile(q, type = 7)
  for (const [p, expected] of [
    [1, 1.09],
    [25, 3.25],
    [50, 8.5],
    [75, 16.25],
    [99, 29.19],
    [0, 1],
    [100, 30],
  ] as const)
    it(`${p} % as R's type 7 gives it`, () => assertClose(percentile(values, p), expected, 1e-12));

  it('of nothing are not a number', () => {
    assert.ok(Number.isNaN(median([])));
    assert.ok(Number.isNaN(mean([])));
  });

  it('of one value are that value', () => assert.equal(percentile([7], 99), 7));
});

describe('effect sizes', () => {
  it('compares means', () => assert.equal(meanRatio([2, 4], [1, 2]), 2));
  it('has no ratio to a mean of 0', () => assert.equal(Number.isFinite(meanRatio([2, 4], [0, 0])), false));

  it('counts how often one sample exceeds the other, ties half', () => {
    assert.equal(commonLanguageEffectSize([3, 4], [1, 2]), 1);
    assert.equal(commonLanguageEffectSize([1, 2], [3, 4]), 0);
    assert.equal(commonLanguageEffectSize([1, 2], [1, 2]), 0.5);
    // 9 pairs: 3 > 1, 3 > 2, 3 = 3, 5 > all three, 0 < all three.
    assertClose(commonLanguageEffectSize([3, 5, 0], [1, 2, 3]), 5.5 / 9, 1e-12);
  });
});
