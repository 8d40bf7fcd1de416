import { mean } from './descriptive.ts';
import { rank } from './ranks.ts';

/** Effect size: mean(x) / mean(y); NaN or infinite if the mean of `y` is 0. */
export function meanRatio(x: readonly number[], y: readonly number[]): number {
  return mean(x) / mean(y);
}

/**
 * Effect size: the probability that a value of `x` is higher than one of `y`, with ties counted half. 0.5 if neither sample is higher.
 *
 * The common language effect size of McGraw and Wong (1992), computed without assuming a distribution, from the rank sum R of `x`:
 * A = (R/m − (m + 1)/2) / n (Vargha and Delaney, "A critique and improvement of the CL common language effect size statistics of McGraw
 * and Wong", 2000).
 */
export function commonLanguageEffectSize(x: readonly number[], y: readonly number[]): number {
  const [m, n] = [x.length, y.length];
  const rankSum = rank([...x, ...y])
    .ranks.slice(0, m)
    .reduce((total, each) => total + each, 0);
  return (2 * rankSum - m * (m + 1)) / (2 * m * n);
}
