import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rank } from '../../src/statistics/ranks.ts';

describe('rank', () => {
  it('counts from 1, in the order of the input', () => {
    expect(rank([30, 10, 20])).toStrictEqual({ ranks: [3, 1, 2], tieTerm: 0 });
  });

  it('is the mean of the positions for equal values', () => {
    // The values at positions 2, 3 and 4 are equal: rank 3 each; 3³ − 3 = 24. Positions 5 and 6: 5.5 each; 2³ − 2 = 6.
    expect(rank([7, 5, 9, 7, 7, 9])).toStrictEqual({ ranks: [3, 1, 5.5, 3, 3, 5.5], tieTerm: 30 });
  });

  it('of an empty sample is empty', () => expect(rank([])).toStrictEqual({ ranks: [], tieTerm: 0 }));

  it('sums to n(n + 1)/2 and has the order of the values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 }), (values) => {
        const { ranks } = rank(values);
        expect(ranks.reduce((total, each) => total + each, 0)).toBe((values.length * (values.length + 1)) / 2);
        values.forEach((a, i) => {
          values.forEach((b, j) => {
            expect(Math.sign(a - b)).toBe(Math.sign((ranks[i] ?? 0) - (ranks[j] ?? 0)));
          });
        });
      }),
      { seed: 3 },
    );
  });
});
