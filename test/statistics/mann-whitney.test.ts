import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { locationShift, pValueGreater, pValueLess, rankSumZ } from '../../src/statistics/mann-whitney.ts';
import { assertClose } from './close.ts';

/** Expected values: R 4.2, wilcox.test(x, y, conf.int = TRUE, conf.level = .98, exact = FALSE, correct = TRUE); its root search is accurate to 1e-4. */
const cases = [
  {
    name: 'latencies',
    x: [180, 195, 188, 210, 199, 183, 191, 204, 187, 196],
    y: [182, 190, 175, 201, 188, 179, 185, 193, 177, 186],
    greater: 0.0347687250185,
    twoSided: 0.069537450037,
    interval: [-3, 19],
  },
  {
    name: "the example of R's manual",
    x: [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
    y: [1.15, 0.88, 0.9, 0.74, 1.21],
    greater: 0.122311802563,
    twoSided: 0.244623605127,
    interval: [-0.32, 0.99],
  },
  {
    name: 'counts with many ties',
    x: [1, 0, 2, 3, 0, 4, 2, 1, 0, 5, 2, 1],
    y: [0, 0, 1, 0, 2, 0, 0, 1, 0, 0, 3, 0],
    greater: 0.0202229480347,
    twoSided: 0.0404458960694,
    interval: [0, 2],
  },
] as const;

const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 15 });

describe('Mann-Whitney test', () => {
  it.each(cases)("gives R's p-values for $name", ({ x, y, greater, twoSided }) => {
    assertClose(pValueGreater(x, y), greater, 1e-11);
    assertClose(2 * Math.min(pValueGreater(x, y), pValueLess(x, y)), twoSided, 1e-11);
  });

  it.each(cases)("gives R's interval for $name", ({ x, y, interval }) => {
    const { lower, upper } = locationShift(x, y, { confidence: 0.98, tolerance: 1e-4 });
    assertClose(lower, interval[0], 2e-4);
    assertClose(upper, interval[1], 2e-4);
  });

  it("gives the interval and estimate that Kayenta's own test expects", () => {
    // W(d) is 0 on a plateau. Bisection would give an estimate of 19 instead of 22.5.
    const found = locationShift([10, 20, 30, 40], [1, 2, 3, 4], { confidence: 0.95, tolerance: 1e-4 });
    expect(found).toStrictEqual({ lower: 6, estimate: 22.5, upper: 39 });
  });

  it('gives an accurate interval for very small values', () => {
    const scale = 1e-7;
    const [{ x, y }] = cases;
    const found = locationShift(
      x.map((value) => value * scale),
      y.map((value) => value * scale),
      { confidence: 0.98 },
    );
    assertClose(found.lower / scale, -3, 1e-3);
    assertClose(found.upper / scale, 19, 1e-3);
  });

  it('has no evidence if all values are equal: z is 0 and p is 1', () => {
    expect(rankSumZ([1, 1, 1], [1, 1])).toBe(0);
    expect(pValueGreater([1, 1, 1], [1, 1])).toBe(1);
    expect(locationShift([2, 2], [1, 1], { confidence: 0.98 })).toStrictEqual({ lower: 1, estimate: 1, upper: 1 });
  });

  it('throws for an empty sample', () => {
    expect(() => locationShift([], [1], { confidence: 0.98 })).toThrow(RangeError);
  });

  it('is antisymmetric: exchanging the samples changes the sign of z and swaps the p-values', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        assertClose(rankSumZ(x, y), -rankSumZ(y, x), 1e-12);
        assertClose(pValueGreater(x, y), pValueLess(y, x), 1e-12);
      }),
      { seed: 5 },
    );
  });

  it('is equivariant: a shift of x shifts the interval, and a factor of both samples multiplies it', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: -50, max: 50 }), (x, y, shift) => {
        const options = { confidence: 0.98, tolerance: 1e-9 };
        const before = locationShift(x, y, options);
        const moved = locationShift(
          x.map((value) => value + shift),
          y,
          options,
        );
        const scaled = locationShift(
          x.map((value) => value * 4),
          y.map((value) => value * 4),
          options,
        );
        for (const end of ['lower', 'upper'] as const) {
          assertClose(moved[end], before[end] + shift, 1e-7);
          assertClose(scaled[end], before[end] * 4, 1e-7);
        }
      }),
      { seed: 7 },
    );
  });

  it('does not depend on the order of the values', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        assertClose(rankSumZ(x.toReversed(), y.toSorted()), rankSumZ(x, y), 1e-12);
      }),
      { seed: 11 },
    );
  });

  it('gives a wider interval and a larger p-value with a variance inflation above 1', () => {
    const [{ x, y }] = cases;
    const independent = locationShift(x, y, { confidence: 0.9 });
    const dependent = locationShift(x, y, { confidence: 0.9, varianceInflation: 2 });
    expect(dependent.lower < independent.lower && dependent.upper > independent.upper).toBeTruthy();
    expect(pValueGreater(x, y, 0, 2)).toBeGreaterThan(pValueGreater(x, y));
  });
});
