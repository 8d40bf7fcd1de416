import type { Metric } from '../metric/metric.ts';
import { samplesOfBothArms } from '../samples/samples.ts';
import { configError } from './config-error.ts';
import { hasCertainlyFailed } from './early-failure.ts';
import type { JudgePlugin } from './judge.ts';
import type { MetricAssessment } from './judgment.ts';
import { scoreAndVerdict } from './scoring.ts';
import { checkThreshold } from './threshold-check.ts';

/** Judges the canary alone, by the thresholds of its metrics. */
export const threshold: JudgePlugin = {
  describe: 'only the thresholds decide, without a baseline.',
  usesBaseline: false,
  usesMinSamples: false,
  open(metrics, scores) {
    requireThresholds(metrics);
    return {
      judge({ rounds, planned }) {
        const assessments = metrics.map((metric): MetricAssessment => {
          const check = checkThreshold(metric, rounds, planned);
          return {
            metric,
            decision: check?.decision ?? 'inconclusive',
            reason: check?.reason ?? 'no threshold',
            arms: samplesOfBothArms(rounds, metric),
            comparison: undefined,
            threshold: check?.count,
          };
        });
        return { ...scoreAndVerdict(assessments, scores), assessments };
      },
      hasCertainlyFailed: (rounds, planned) => hasCertainlyFailed(metrics, rounds, planned, scores),
    };
  },
};

function requireThresholds(metrics: readonly Metric[]): void {
  const without = metrics.filter((metric) => metric.threshold === undefined).map(({ name }) => `"${name}"`);
  if (without.length > 0)
    throw configError(
      `The judge \`threshold\` can't decide on ${without.join(', ')}: no \`threshold\` is given`,
      'Give each metric one, such as threshold: "< 0.05", or use the judge `mann-whitney`.',
    );
}
