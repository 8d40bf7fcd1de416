import { varianceInflation } from '../../../statistics/autocorrelation.ts';
import { mean, median } from '../../../statistics/descriptive.ts';
import { commonLanguageEffectSize, meanRatio } from '../../../statistics/effect-size.ts';
import { locationShift, pValueGreater, pValueLess } from '../../../statistics/mann-whitney.ts';
import { formatChange, formatValue } from '../metric/format.ts';
import type { Metric } from '../metric/metric.ts';
import type { ArmComparison, Decision } from './judgment.ts';

/** Two-sided confidence level. */
const CONFIDENCE = 0.98;
/** Significance level of each one-sided test: 1 %. */
const ALPHA = (1 - CONFIDENCE) / 2;

export interface ArmFinding {
  readonly decision: Decision;
  readonly reason: string;
  readonly remedy?: string;
  readonly comparison: ArmComparison | undefined;
}

/**
 * Decides on one metric from the samples of both arms, in order of time. The metric passes if the samples show that the canary is worse
 * by less than the equivalence margin. It fails if they show that it's worse by more. If they show neither, it's inconclusive.
 *
 * This is a non-inferiority test (an equivalence test by two one-sided tests if either direction is bad) with the Mann-Whitney test:
 * Schuirmann, "A comparison of the two one-sided tests procedure and the power approach", 1987; Wellek, "Testing Statistical Hypotheses
 * of Equivalence and Noninferiority", 2010.
 *
 * Error rates from simulation (20 samples per arm, noise of 10 %, margin of 10 % unless stated otherwise; checked by
 * test/actions/canary-gate/judges/compare-arms.test.ts):
 * - canary equal to the baseline: fails in 0 %, passes in 65 % (in 99 % with a margin of 20 %), else inconclusive
 * - canary worse by exactly the margin: 1 % for each wrong decision; 2 and 4 % with autocorrelation φ = 0.5 and 0.8
 * - canary 20 % worse: fails in 63 %, never passes; 30 % worse: always fails
 *
 * @param needed fewest samples in each arm for a decision
 */
export function compareArms(
  metric: Metric,
  baseline: readonly number[],
  canary: readonly number[],
  needed: number,
): ArmFinding {
  if (baseline.length === 0 || canary.length === 0) return noSamples(baseline, canary);
  const comparison = describeDifference(metric, baseline, canary);
  const finding = (decision: Decision, reason: string): ArmFinding => ({ decision, reason, comparison });
  const fewest = Math.min(baseline.length, canary.length);
  if (fewest < needed) return finding('inconclusive', `${fewest} samples in an arm, ${needed} are needed`);
  if (new Set([...baseline, ...canary]).size === 1) return finding('pass', 'the same value throughout in both arms');

  const { margin, varianceInflation: inflation } = comparison;
  const upIsBad = metric.direction !== 'decrease';
  const downIsBad = metric.direction !== 'increase';
  const isHigher = pValueGreater(canary, baseline, margin, inflation) <= ALPHA;
  const isLower = pValueLess(canary, baseline, -margin, inflation) <= ALPHA;
  if (upIsBad && isHigher) return finding('fail', 'higher by more than the margin');
  if (downIsBad && isLower) return finding('fail', 'lower by more than the margin');

  const isNotHigher = pValueLess(canary, baseline, margin, inflation) <= ALPHA;
  const isNotLower = pValueGreater(canary, baseline, -margin, inflation) <= ALPHA;
  if ((upIsBad && !isNotHigher) || (downIsBad && !isNotLower))
    return finding('inconclusive', inconclusiveReason(metric, comparison));

  // Ranks ignore how large a difference is: a few huge samples show only in the mean.
  const difference = mean(canary) - mean(baseline);
  if ((upIsBad && difference > margin) || (downIsBad && -difference > margin))
    return finding(
      'inconclusive',
      `typically within the margin, but the mean differs by ${formatChange(difference, metric.unit)}: look for spikes`,
    );
  return finding('pass', 'within the margin');
}

/** Data in one arm only is a difference between the arms, so `must-have-data: false` doesn't excuse it. */
function noSamples(baseline: readonly number[], canary: readonly number[]): ArmFinding {
  const finding = (decision: Decision, reason: string): ArmFinding => ({ decision, reason, comparison: undefined });
  if (baseline.length > 0) return finding('inconclusive', 'no samples in the canary');
  if (canary.length > 0) return finding('inconclusive', 'no samples in the baseline');
  return finding('no-data', 'no samples in either arm');
}

function describeDifference(metric: Metric, baseline: readonly number[], canary: readonly number[]): ArmComparison {
  const inflation = varianceInflation(baseline, canary);
  const baselineMedian = median(baseline);
  return {
    baselineMedian,
    canaryMedian: median(canary),
    shift: locationShift(canary, baseline, { confidence: CONFIDENCE, varianceInflation: inflation }),
    confidence: CONFIDENCE,
    margin: metric.margin.kind === 'absolute' ? metric.margin.value : metric.margin.fraction * Math.abs(baselineMedian),
    meanRatio: meanRatio(canary, baseline),
    commonLanguageEffectSize: commonLanguageEffectSize(canary, baseline),
    varianceInflation: inflation,
  };
}

function inconclusiveReason({ margin, unit }: Metric, comparison: ArmComparison): string {
  if (margin.kind === 'relative' && comparison.baselineMedian === 0)
    return `${formatValue(margin.fraction * 100, '')} % of a baseline that is typically 0 is 0: give \`margin\` as a number`;
  const autocorrelated = comparison.varianceInflation > 2 ? ', and they are strongly autocorrelated' : '';
  return `too few samples to decide within a margin of ${formatValue(comparison.margin, unit)}${autocorrelated}`;
}
