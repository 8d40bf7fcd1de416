import { findRoot } from './brent.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { rank } from './ranks.ts';

/**
 * The Mann-Whitney U (Wilcoxon rank-sum) test, always by its normal approximation with correction for ties and continuity:
 * R's `wilcox.test(x, y, exact = FALSE, correct = TRUE)`, which Kayenta's judge follows too.
 */

/** How far `x` lies above `y`, as an interval with its Hodges-Lehmann estimate, in the unit of the values. */
export interface LocationShift {
  readonly lower: number;
  readonly estimate: number;
  readonly upper: number;
}

export interface LocationShiftOptions {
  /** Two-sided, from 0 to 1. */
  readonly confidence: number;
  /** Absolute accuracy of the ends. Default: a millionth of the range of possible shifts. */
  readonly tolerance?: number;
  /** Variance inflation by which samples that depend on each other are worth less. Default 1: independent. */
  readonly varianceInflation?: number;
}

/**
 * W(d): standard score of the rank sum of `x − d` against `y`; positive where `x` lies more than `d` above `y`.
 * 0 where all values are the same: ranks then say nothing.
 */
export function rankSumZ(x: readonly number[], y: readonly number[], shift = 0): number {
  const { excess, sigma } = rankSum(x, y, shift);
  return sigma === 0 ? 0 : (excess - 0.5 * Math.sign(excess)) / sigma;
}

/**
 * One-sided p-value of "x lies no more than `shift` above y": small where it lies further above.
 * @param inflation see ShiftOptions
 */
export function pValueGreater(x: readonly number[], y: readonly number[], shift = 0, inflation = 1): number {
  const { excess, sigma } = rankSum(x, y, shift);
  return sigma === 0 ? 1 : normalCdf(-(excess - 0.5) / sigma / Math.sqrt(inflation));
}

/** One-sided p-value of "x lies at least `shift` above y": small where it lies further below. */
export function pValueLess(x: readonly number[], y: readonly number[], shift = 0, inflation = 1): number {
  const { excess, sigma } = rankSum(x, y, shift);
  return sigma === 0 ? 1 : normalCdf((excess + 0.5) / sigma / Math.sqrt(inflation));
}

/**
 * All shifts that the test does not reject: the roots of W(d) = ± z between the smallest and the largest possible shift
 * (which stand in where there is no root). Where only one shift is possible (both samples constant), all three are that.
 * @throws RangeError when a sample is empty.
 */
export function locationShift(
  x: readonly number[],
  y: readonly number[],
  options: LocationShiftOptions,
): LocationShift {
  if (x.length === 0 || y.length === 0) throw new RangeError('A shift needs values in both samples.');
  const smallest = Math.min(...x) - Math.max(...y);
  const largest = Math.max(...x) - Math.min(...y);
  if (smallest === largest) return { lower: smallest, estimate: smallest, upper: smallest };
  const tolerance = options.tolerance ?? (largest - smallest) * 1e-6;
  const z = normalQuantile((1 + options.confidence) / 2) * Math.sqrt(options.varianceInflation ?? 1);
  const reaching = (score: number): number => {
    const f = (shift: number) => rankSumZ(x, y, shift) - score;
    if (f(smallest) <= 0) return smallest;
    if (f(largest) >= 0) return largest;
    return findRoot(f, smallest, largest, { tolerance });
  };
  return { lower: reaching(z), estimate: reaching(0), upper: reaching(-z) };
}

/** The rank sum of `x − shift` over what is expected where both samples follow the same law, and its standard deviation. */
function rankSum(x: readonly number[], y: readonly number[], shift: number) {
  const [m, n] = [x.length, y.length];
  const { ranks, tieTerm } = rank([...x.map((value) => value - shift), ...y]);
  const sum = ranks.slice(0, m).reduce((total, each) => total + each, 0);
  const excess = sum - (m * (m + 1)) / 2 - (m * n) / 2;
  const variance = ((m * n) / 12) * (m + n + 1 - tieTerm / ((m + n) * (m + n - 1)));
  return { excess, sigma: Math.sqrt(Math.max(0, variance)) };
}
