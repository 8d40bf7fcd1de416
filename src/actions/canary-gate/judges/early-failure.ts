import type { Metric } from '../metric/metric.ts';
import { type SampleRound, samplesOfBothArms } from '../samples/samples.ts';
import type { MetricAssessment } from './judgment.ts';
import { type ScoreThresholds, scoreAndVerdict } from './scoring.ts';
import { checkThreshold } from './threshold-check.ts';

/**
 * Whether violated thresholds make the verdict `fail` even if every other metric passes. No statistical test may end sampling early:
 * repeated after every round, it would raise a false alarm sooner or later (Armitage, McPherson and Rowe, "Repeated significance tests
 * on accumulating data", 1969).
 */
export function hasCertainlyFailed(
  metrics: readonly Metric[],
  rounds: readonly SampleRound[],
  planned: number,
  scores: ScoreThresholds,
): boolean {
  const assessments = metrics.map((metric): MetricAssessment => {
    const check = checkThreshold(metric, rounds, planned);
    return {
      metric,
      // A metric that is left out later only increases the weight of the failed ones.
      decision: check?.decision === 'fail' ? 'fail' : 'inconclusive',
      reason: check?.reason ?? '',
      arms: samplesOfBothArms(rounds, metric),
      comparison: undefined,
      threshold: check?.count,
    };
  });
  return scoreAndVerdict(assessments, scores).verdict === 'fail';
}
