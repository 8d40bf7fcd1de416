import { describe, expect, it } from '@jest/globals';
import { varianceInflation } from '../../src/statistics/autocorrelation.ts';
import { mean } from '../../src/statistics/descriptive.ts';
import { expectWithNote } from '../jest-support.ts';
import { Random } from './random.ts';

/** The mean of the variance inflation over many pairs of simulated series. */
function averageInflation(series: (random: Random) => number[], seed: number): number {
  const random = new Random(seed);
  return mean(Array.from({ length: 400 }, () => varianceInflation(series(random), series(random))));
}

describe('variance inflation', () => {
  it('is about 1 for independent samples', () => {
    const found = averageInflation((random) => random.normals(30), 1);
    expectWithNote(found >= 1 && found < 1.25, `${found}`).toBeTruthy();
  });

  it('is about (1 + φ)/(1 − φ) for long autoregressive series', () => {
    const found = averageInflation((random) => random.autoregression(300, 0.5), 2);
    expectWithNote(found > 2.6 && found < 3.2, `${found}`).toBeTruthy();
  });

  it('is 1 for a negative autocorrelation', () => {
    expect(varianceInflation([1, -1, 1, -1, 1, -1, 1, -1], [2, -2, 2, -2, 2, -2, 2, -2])).toBe(1);
  });

  it('is 1 for constant, very short or empty series', () => {
    expect(varianceInflation([5, 5, 5, 5, 5], [5, 5, 5, 5, 5])).toBe(1);
    expect(varianceInflation([1, 2, 3], [1, 2, 3])).toBe(1);
    expect(varianceInflation([], [])).toBe(1);
  });
});
