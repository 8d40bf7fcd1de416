import { distinguishesArms, type Metric } from '../metric/metric.ts';
import { type SampleRound, samplesOfBothArms } from '../samples/samples.ts';
import { type ArmFinding, compareArms } from './compare-arms.ts';
import { configError } from './config-error.ts';
import { hasCertainlyFailed } from './early-failure.ts';
import type { JudgePlugin } from './judge.ts';
import type { Decision, MetricAssessment } from './judgment.ts';
import { areSameSeries } from './same-series.ts';
import { scoreAndVerdict } from './scoring.ts';
import { checkThreshold } from './threshold-check.ts';

/** Compares the canary with the baseline (see `compareArms`), and checks the thresholds of the canary. */
export const mannWhitney: JudgePlugin = {
  describe:
    "the samples must show that the canary is no worse than the baseline by more than each metric's margin (rank-sum test with a 98 % confidence interval, corrected for autocorrelated samples), and satisfy its thresholds.",
  usesBaseline: true,
  usesMinSamples: true,
  open(metrics, settings) {
    requireDifferentArms(metrics);
    return {
      judge({ rounds, planned }) {
        // With more than half of the samples missing, too little of the canary was observed, however long sampling took.
        const needed = Math.max(settings.minSamples, Math.ceil(planned / 2));
        const assessments = metrics.map((metric) => assess(metric, rounds, planned, needed));
        return { ...scoreAndVerdict(assessments, settings), assessments };
      },
      hasCertainlyFailed: (rounds, planned) => hasCertainlyFailed(metrics, rounds, planned, settings),
    };
  },
};

function assess(metric: Metric, rounds: readonly SampleRound[], planned: number, needed: number): MetricAssessment {
  const arms = samplesOfBothArms(rounds, metric);
  const check = checkThreshold(metric, rounds, planned);
  const compared = compareArms(metric, arms.baseline.values, arms.canary.values, needed);
  const finding: ArmFinding =
    compared.decision !== 'fail' && areSameSeries(rounds, metric) ? { ...compared, ...SAME_SERIES } : compared;
  const [first, second] = check?.decision === 'fail' ? [check, finding] : [finding, check];
  const decision = worse(first.decision, second?.decision ?? 'pass');
  const reason = decision === first.decision ? first.reason : (second?.reason ?? first.reason);
  return {
    metric,
    decision,
    reason,
    remedy: reason === finding.reason ? finding.remedy : undefined,
    arms,
    comparison: finding.comparison,
    threshold: check?.count,
  };
}

/** A canary compared with itself would always pass. */
const SAME_SERIES = {
  decision: 'inconclusive',
  reason: 'both queries give the same series',
  remedy:
    'Correct the labels in the queries, which select both arms, or the values of `baseline` and `canary`; “Queries as run” in the job summary shows what was sent.',
} as const;

const WORST_FIRST: readonly Decision[] = ['fail', 'no-data', 'inconclusive', 'pass'];

function worse(a: Decision, b: Decision): Decision {
  return WORST_FIRST.indexOf(a) <= WORST_FIRST.indexOf(b) ? a : b;
}

function requireDifferentArms(metrics: readonly Metric[]): void {
  const same = metrics.find(({ queries }) => !distinguishesArms(queries));
  if (same)
    throw configError(
      `The queries of "${same.name}" are the same for baseline and canary`,
      'Put {{ arm }} where they differ (track="{{ arm }}"), or give `baseline-query` and `canary-query`.',
    );
}
