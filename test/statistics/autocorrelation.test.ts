import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { varianceInflation } from '../../src/statistics/autocorrelation.ts';
import { mean } from '../../src/statistics/describe.ts';
import { Random } from './random.ts';

/** The mean over many pairs of simulated series. */
function averageInflation(series: (random: Random) => number[], seed: number): number {
  const random = new Random(seed);
  return mean(Array.from({ length: 400 }, () => varianceInflation(series(random), series(random))));
}

describe('variance inflation', () => {
  it('is near 1 for independent samples', () => {
    const found = averageInflation((random) => random.normals(30), 1);
    assert.ok(found >= 1 && found < 1.25, `${found}`);
  });

  it('is near (1 + φ)/(1 − φ) for long autoregressions', () => {
    const found = averageInflation((random) => random.autoregression(300, 0.5), 2);
    assert.ok(found > 2.6 && found < 3.2, `${found}`);
  });

  it('does not credit a negative correlation', () => {
    assert.equal(varianceInflation([1, -1, 1, -1, 1, -1, 1, -1], [2, -2, 2, -2, 2, -2, 2, -2]), 1);
  });

  it('is 1 where nothing varies or hardly anything is known', () => {
    assert.equal(varianceInflation([5, 5, 5, 5, 5], [5, 5, 5, 5, 5]), 1);
    assert.equal(varianceInflation([1, 2, 3], [1, 2, 3]), 1);
    assert.equal(varianceInflation([], []), 1);
  });
});
