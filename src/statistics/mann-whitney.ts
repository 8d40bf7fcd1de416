import { findRoot } from './brent.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { rank } from './ranks.ts';

/**
 * The Mann-Whitney U test (Wilcoxon rank-sum test) with the normal approximation, corrected for ties and continuity: R's
 * `wilcox.test(x, y, exact = FALSE, correct = TRUE)`, which Kayenta's judge follows as well.
 *
 * Mann and Whitney, "On a test of whether one of two random variables is stochastically larger than the other", 1947. Variance with
 * ties: Lehmann, "Nonparametrics: Statistical Methods Based on Ranks", 1975, section 1.4.
 */

/** Effect size: how much higher `x` is than `y` in the unit of the values, with its confidence interval. */
export interface LocationShift {
  readonly lower: number;
  readonly estimate: number;
  readonly upper: number;
}

export interface LocationShiftOptions {
  /** Two-sided confidence level, 0 to 1. */
  readonly confidence: number;
  /** Absolute error of the interval's ends. Default: a millionth of the range of possible shifts. */
  readonly tolerance?: number;
  /** See `varianceInflation` in autocorrelation.ts. Default 1: independent samples. */
  readonly varianceInflation?: number;
}

/**
 * The standardized test statistic W(d) of `x − d` against `y`. Positive if `x` is higher than `y` by more than `d`; 0 if all values are
 * equal, because ranks contain no information then.
 */
export function rankSumZ(x: readonly number[], y: readonly number[], shift = 0): number {
  const { deviation, sigma } = rankSumStatistic(x, y, shift);
  return sigma === 0 ? 0 : (deviation - 0.5 * Math.sign(deviation)) / sigma;
}

/** One-sided p-value of the null hypothesis that `x` is higher than `y` by at most `shift`. Small if it's higher by more. */
export function pValueGreater(x: readonly number[], y: readonly number[], shift = 0, varianceInflation = 1): number {
  const { deviation, sigma } = rankSumStatistic(x, y, shift);
  return sigma === 0 ? 1 : normalCdf(-(deviation - 0.5) / sigma / Math.sqrt(varianceInflation));
}

/** One-sided p-value of the null hypothesis that `x` is higher than `y` by at least `shift`. Small if it's higher by less. */
export function pValueLess(x: readonly number[], y: readonly number[], shift = 0, varianceInflation = 1): number {
  const { deviation, sigma } = rankSumStatistic(x, y, shift);
  return sigma === 0 ? 1 : normalCdf((deviation + 0.5) / sigma / Math.sqrt(varianceInflation));
}

/**
 * The Hodges-Lehmann estimate of the shift (the root of W(d) = 0), and its confidence interval: all shifts that the test doesn't reject
 * (the roots of W(d) = ± z). If there is no root, the smallest or largest possible shift takes its place. If both samples are constant,
 * only one shift is possible.
 *
 * Hodges and Lehmann, "Estimates of location based on rank tests", 1963; Bauer, "Constructing confidence sets using rank statistics", 1972.
 *
 * @throws RangeError if a sample is empty
 */
export function locationShift(
  x: readonly number[],
  y: readonly number[],
  options: LocationShiftOptions,
): LocationShift {
  if (x.length === 0 || y.length === 0) throw new RangeError('A location shift needs values in both samples.');
  const smallest = Math.min(...x) - Math.max(...y);
  const largest = Math.max(...x) - Math.min(...y);
  if (smallest === largest) return { lower: smallest, estimate: smallest, upper: smallest };
  const tolerance = options.tolerance ?? (largest - smallest) * 1e-6;
  const z = normalQuantile((1 + options.confidence) / 2) * Math.sqrt(options.varianceInflation ?? 1);
  const shiftAt = (score: number): number => {
    const f = (shift: number) => rankSumZ(x, y, shift) - score;
    if (f(smallest) <= 0) return smallest;
    if (f(largest) >= 0) return largest;
    return findRoot(f, smallest, largest, { tolerance });
  };
  return { lower: shiftAt(z), estimate: shiftAt(0), upper: shiftAt(-z) };
}

/** U of `x − shift` against `y`: its deviation from m·n/2, its mean under the null hypothesis, and its standard deviation. */
function rankSumStatistic(x: readonly number[], y: readonly number[], shift: number) {
  const [m, n] = [x.length, y.length];
  const { ranks, tieTerm } = rank([...x.map((value) => value - shift), ...y]);
  const rankSum = ranks.slice(0, m).reduce((total, each) => total + each, 0);
  const deviation = rankSum - (m * (m + 1)) / 2 - (m * n) / 2;
  const variance = ((m * n) / 12) * (m + n + 1 - tieTerm / ((m + n) * (m + n - 1)));
  return { deviation, sigma: Math.sqrt(Math.max(0, variance)) };
}
