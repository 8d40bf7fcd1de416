import { varianceInflation } from '../../../statistics/autocorrelation.ts';
import { mean, median } from '../../../statistics/descriptive.ts';
import { commonLanguageEffectSize, meanRatio } from '../../../statistics/effect-size.ts';
import { locationShift, pValueGreater, pValueLess } from '../../../statistics/mann-whitney.ts';
import { formatChange, formatValue } from '../metric/format.ts';
import type { Metric } from '../metric/metric.ts';
import { areSameSeries, type SampleRound, samplesOfBothArms } from '../sampling/samples.ts';
import type { Judge } from './judge.ts';
import type { ArmComparison, Decision, MetricAssessment } from './judgment.ts';
import { type ScoreThresholds, scoreAndVerdict } from './scoring.ts';
import { certainFailures, judgeThreshold } from './threshold.ts';

/** Two-sided; each of the two questions (worse? within?) is answered at half of what is left: 1 %. */
const CONFIDENCE = 0.98;
const ALPHA = (1 - CONFIDENCE) / 2;

interface Settings extends ScoreThresholds {
  readonly minSamples: number;
}

/**
 * Non-inferiority by the Mann-Whitney test: a metric passes only when the samples show that the canary is worse by less than the margin,
 * fails when they show that it is worse by more, and is inconclusive when they show neither.
 *
 * As simulated (test/actions/canary-gate/judges/mann-whitney.test.ts holds it; 20 samples an arm, noise of 10 %, margin 10 % where not said):
 * - canary like the baseline: fails in 0 %; passes in 65 %, with a margin of 20 % in 99 %; the rest is inconclusive
 * - canary worse by the margin exactly: either wrong answer in 1 %; where samples follow each other (φ = 0.5 and 0.8) 2 and 4 %
 * - canary 20 % worse: fails in 63 %, never passes; 30 % worse: fails in all runs
 */
export function mannWhitneyJudge(metrics: readonly Metric[], settings: Settings): Judge {
  const assess = (rounds: readonly SampleRound[], planned: number): MetricAssessment[] =>
    metrics.map((metric) => {
      // A sampling of which more than half is missing has not seen the canary, however long it was.
      const needed = Math.max(settings.minSamples, Math.ceil(planned / 2));
      const arms = samplesOfBothArms(rounds, metric);
      const limit = metric.threshold && judgeThreshold(metric, metric.threshold, rounds, planned);
      const compared = compareArms(metric, arms.baseline.values, arms.canary.values, needed);
      const found =
        compared.decision !== 'fail' && areSameSeries(rounds, metric) ? { ...compared, ...SAME_SERIES } : compared;
      const [first, second] = limit?.decision === 'fail' ? [limit, found] : [found, limit];
      const decision = worse(first.decision, second?.decision ?? 'pass');
      const reason = decision === first.decision ? first.reason : (second?.reason ?? first.reason);
      const remedy = reason === found.reason ? found.remedy : undefined;
      return { metric, decision, reason, remedy, arms, comparison: found.comparison, threshold: limit?.count };
    });
  return {
    usesBaseline: true,
    judge({ rounds, planned }) {
      const assessments = assess(rounds, planned);
      return { ...scoreAndVerdict(assessments, settings), assessments };
    },
    // Only thresholds end a sampling early: testing at every round would raise a false alarm sooner or later.
    certainFailures: (rounds, planned) => certainFailures(metrics, rounds, planned, settings),
  };
}

/** An arm that is compared with itself is as good as itself, whatever it is worth. */
const SAME_SERIES = {
  decision: 'inconclusive',
  reason: 'both queries give the same series',
  remedy:
    'Correct the labels in the queries, which select both arms, or the values of `baseline` and `canary`; “Queries as run” in the job summary shows what was asked.',
} as const;

const ORDER: readonly Decision[] = ['fail', 'no-data', 'inconclusive', 'pass'];

function worse(a: Decision, b: Decision): Decision {
  return ORDER.indexOf(a) <= ORDER.indexOf(b) ? a : b;
}

interface Finding {
  readonly decision: Decision;
  readonly reason: string;
  readonly remedy?: string;
  readonly comparison: ArmComparison | undefined;
}

/** Decides on one metric from the samples of both arms, in the order of time. */
export function compareArms(
  metric: Metric,
  baseline: readonly number[],
  canary: readonly number[],
  needed: number,
): Finding {
  const nothing = (decision: Decision, where: string): Finding => ({
    decision,
    reason: `no samples in ${where}`,
    comparison: undefined,
  });
  if (baseline.length === 0 && canary.length === 0) return nothing('no-data', 'either arm');
  // One silent arm is a difference between them: it can't be left out as a metric that does not exist can.
  if (canary.length === 0) return nothing('inconclusive', 'the canary');
  if (baseline.length === 0) return nothing('inconclusive', 'the baseline');
  const comparison = compared(metric, baseline, canary);
  const finding = (decision: Decision, reason: string): Finding => ({ decision, reason, comparison });
  const fewest = Math.min(baseline.length, canary.length);
  if (fewest < needed) return finding('inconclusive', `${fewest} samples in an arm, ${needed} are needed`);
  if (new Set([...baseline, ...canary]).size === 1) return finding('pass', 'the same value throughout in both arms');

  const { margin, varianceInflation } = comparison;
  const upIsBad = metric.direction !== 'decrease';
  const downIsBad = metric.direction !== 'increase';
  const above = pValueGreater(canary, baseline, margin, varianceInflation) <= ALPHA;
  const below = pValueLess(canary, baseline, -margin, varianceInflation) <= ALPHA;
  if (upIsBad && above) return finding('fail', `higher by more than the margin`);
  if (downIsBad && below) return finding('fail', `lower by more than the margin`);

  const notAbove = pValueLess(canary, baseline, margin, varianceInflation) <= ALPHA;
  const notBelow = pValueGreater(canary, baseline, -margin, varianceInflation) <= ALPHA;
  if ((upIsBad && !notAbove) || (downIsBad && !notBelow))
    return finding('inconclusive', openReason(metric, comparison));

  // Ranks see how often the canary is worse, not by how much: a few huge samples show in the mean alone.
  const difference = mean(canary) - mean(baseline);
  if ((upIsBad && difference > margin) || (downIsBad && -difference > margin))
    return finding(
      'inconclusive',
      `typically within the margin, but the mean differs by ${formatChange(difference, metric.unit)}: round for spikes`,
    );
  return finding('pass', 'within the margin');
}

function compared(metric: Metric, baseline: readonly number[], canary: readonly number[]): ArmComparison {
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

function openReason({ margin, unit }: Metric, comparison: ArmComparison): string {
  if (margin.kind === 'relative' && comparison.baselineMedian === 0)
    return `${formatValue(margin.fraction * 100, '')} % of a baseline that is typically 0 is 0: give \`margin\` as a number`;
  const dependent = comparison.varianceInflation > 2 ? ', and they follow each other too closely' : '';
  return `too few samples to tell within ${formatValue(comparison.margin, unit)}${dependent}`;
}
