import { type Metric, satisfies, type Threshold } from '../metric/metric.ts';
import { armSamples, type SampleRound, samplesOfBothArms } from '../sampling/samples.ts';
import type { Judge } from './judge.ts';
import { type Decision, isLeftOut, type MetricAssessment, type ThresholdViolations } from './judgment.ts';
import { type ScoreThresholds, scoreAndVerdict } from './scoring.ts';

export interface ThresholdFinding {
  readonly decision: Decision;
  readonly reason: string;
  readonly count: ThresholdViolations;
}

/** The share of samples that may violate a threshold where the config does not say a number. */
const ALLOWED_SHARE = 0.1;

/** Judges the canary alone, by the thresholds of its metrics. */
export function thresholdJudge(metrics: readonly Metric[], thresholds: ScoreThresholds): Judge {
  const assess = (rounds: readonly SampleRound[], planned: number): MetricAssessment[] =>
    metrics.map((metric) => {
      const found = metric.threshold && judgeThreshold(metric, metric.threshold, rounds, planned);
      return {
        metric,
        decision: found?.decision ?? 'inconclusive',
        reason: found?.reason ?? 'no threshold',
        arms: samplesOfBothArms(rounds, metric),
        comparison: undefined,
        threshold: found?.count,
      };
    });
  return {
    usesBaseline: false,
    judge({ rounds, planned }) {
      const assessments = assess(rounds, planned);
      return { ...scoreAndVerdict(assessments, thresholds), assessments };
    },
    certainFailures: (rounds, planned) => certainFailures(metrics, rounds, planned, thresholds),
  };
}

/**
 * A threshold is violated when more samples violate it than are allowed: nothing that comes later can undo that.
 * It is satisfied when no more do and at least half of the planned samples are there.
 */
export function judgeThreshold(
  metric: Metric,
  threshold: Threshold,
  rounds: readonly SampleRound[],
  planned: number,
): ThresholdFinding {
  const { values } = armSamples(rounds, metric.name, 'canary');
  const violations = values.filter((value) => !satisfies(value, threshold)).length;
  const limit = metric.failureLimit ?? Math.floor(planned * ALLOWED_SHARE);
  const count = { violations, limit };
  const written = `${threshold.operator} ${threshold.value}`;
  if (violations > limit)
    return {
      decision: 'fail',
      reason: `${violations} of ${values.length} samples are not ${written} (${limit} allowed)`,
      count,
    };
  if (values.length === 0) return { decision: 'no-data', reason: 'no samples of the canary', count };
  const needed = Math.max(1, Math.ceil(planned / 2));
  if (values.length < needed)
    return { decision: 'inconclusive', reason: `${values.length} of ${planned} samples, ${needed} are needed`, count };
  const stray = violations > 0 ? ` but for ${violations} of ${values.length} samples (${limit} allowed)` : '';
  return { decision: 'pass', reason: `all samples ${written}${stray}`, count };
}

/** The metrics whose violated thresholds make the verdict `fail` even if all the others turned out well. */
export function certainFailures(
  metrics: readonly Metric[],
  rounds: readonly SampleRound[],
  planned: number,
  thresholds: ScoreThresholds,
): readonly MetricAssessment[] {
  const assessments = metrics.map((metric): MetricAssessment => {
    const found = metric.threshold && judgeThreshold(metric, metric.threshold, rounds, planned);
    const failed = found?.decision === 'fail';
    return {
      metric,
      decision: failed ? 'fail' : 'inconclusive',
      reason: found?.reason ?? '',
      arms: samplesOfBothArms(rounds, metric),
      comparison: undefined,
      threshold: found?.count,
    };
  });
  const failed = assessments.filter(({ decision }) => decision === 'fail');
  // A metric that may be left out for want of data would make the failed ones weigh more, never less.
  return scoreAndVerdict(
    assessments.filter((each) => !isLeftOut(each)),
    thresholds,
  ).verdict === 'fail'
    ? failed
    : [];
}
