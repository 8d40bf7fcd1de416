import { mean } from './descriptive.ts';
import { rank } from './ranks.ts';

/** mean(x) / mean(y); NaN or infinite where the mean of `y` is 0. */
export function meanRatio(x: readonly number[], y: readonly number[]): number {
  return mean(x) / mean(y);
}

/**
 * Common language effect size: the probability that a value of `x` lies above one of `y`, ties counting half (Vargha and Delaney's A).
 * 0.5 where neither lies above the other.
 */
export function commonLanguageEffectSize(x: readonly number[], y: readonly number[]): number {
  const [m, n] = [x.length, y.length];
  const sum = rank([...x, ...y])
    .ranks.slice(0, m)
    .reduce((total, each) => total + each, 0);
  return (2 * sum - m * (m + 1)) / (2 * m * n);
}
