import { type Metric, satisfies, type Threshold } from '../metric/metric.ts';
import { armSamples, armsOf, type Look } from '../sampling/samples.ts';
import type { Judge } from './judge.ts';
import { type Assessment, type Decision, isLeftOut, type ThresholdCount } from './judgment.ts';
import { type ScoreThresholds, verdictOf } from './scoring.ts';

export interface ThresholdFinding {
  readonly decision: Decision;
  readonly reason: string;
  readonly count: ThresholdCount;
}

/** The share of samples that may violate a threshold where the config does not say a number. */
const ALLOWED_SHARE = 0.1;

/** Judges the canary alone, by the thresholds of its metrics. */
export function thresholdJudge(metrics: readonly Metric[], thresholds: ScoreThresholds): Judge {
  const assess = (looks: readonly Look[], planned: number): Assessment[] =>
    metrics.map((metric) => {
      const found = metric.threshold && judgeThreshold(metric, metric.threshold, looks, planned);
      return {
        metric,
        decision: found?.decision ?? 'inconclusive',
        reason: found?.reason ?? 'no threshold',
        arms: armsOf(looks, metric),
        comparison: undefined,
        threshold: found?.count,
      };
    });
  return {
    usesBaseline: false,
    judge({ looks, planned }) {
      const assessments = assess(looks, planned);
      return { ...verdictOf(assessments, thresholds), assessments };
    },
    certainFailures: (looks, planned) => certainFailures(metrics, looks, planned, thresholds),
  };
}

/**
 * A threshold is violated when more samples violate it than are allowed: nothing that comes later can undo that.
 * It is satisfied when no more do and at least half of the planned samples are there.
 */
export function judgeThreshold(
  metric: Metric,
  threshold: Threshold,
  looks: readonly Look[],
  planned: number,
): ThresholdFinding {
  const { values } = armSamples(looks, metric.name, 'canary');
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
  looks: readonly Look[],
  planned: number,
  thresholds: ScoreThresholds,
): readonly Assessment[] {
  const assessments = metrics.map((metric): Assessment => {
    const found = metric.threshold && judgeThreshold(metric, metric.threshold, looks, planned);
    const failed = found?.decision === 'fail';
    return {
      metric,
      decision: failed ? 'fail' : 'inconclusive',
      reason: found?.reason ?? '',
      arms: armsOf(looks, metric),
      comparison: undefined,
      threshold: found?.count,
    };
  });
  const failed = assessments.filter(({ decision }) => decision === 'fail');
  // A metric that may be left out for want of data would make the failed ones weigh more, never less.
  return verdictOf(
    assessments.filter((each) => !isLeftOut(each)),
    thresholds,
  ).verdict === 'fail'
    ? failed
    : [];
}
