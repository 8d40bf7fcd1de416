import type { LocationShift } from '../../../statistics/mann-whitney.ts';
import type { Metric } from '../metric/metric.ts';
import type { ArmSamples } from '../sampling/samples.ts';

export type CanaryVerdict = 'pass' | 'marginal' | 'fail' | 'inconclusive';

/** What is known of one metric at the end. `inconclusive` and `no-data` are neither good nor bad. */
export type Decision = 'pass' | 'fail' | 'inconclusive' | 'no-data';

export interface MetricAssessment {
  readonly metric: Metric;
  readonly decision: Decision;
  /** Half a sentence that says why. */
  readonly reason: string;
  /** What to do, where it is something else than for any other metric with this decision. */
  readonly remedy?: string | undefined;
  readonly arms: { readonly baseline: ArmSamples; readonly canary: ArmSamples };
  /** `undefined` where the arms were not compared. */
  readonly comparison: ArmComparison | undefined;
  readonly threshold: ThresholdViolations | undefined;
}

/** How the canary's samples differ from the baseline's, in the metric's unit. */
export interface ArmComparison {
  readonly baselineMedian: number;
  readonly canaryMedian: number;
  readonly shift: LocationShift;
  /** Two-sided confidence of `shift`. */
  readonly confidence: number;
  /** What the margin comes to. */
  readonly margin: number;
  readonly meanRatio: number;
  /** Probability that a sample of the canary lies above one of the baseline. */
  readonly commonLanguageEffectSize: number;
  /** How many times the variance is larger than that of independent samples. */
  readonly varianceInflation: number;
}

export interface ThresholdViolations {
  readonly violations: number;
  /** Violations that are still allowed. */
  readonly limit: number;
}

export interface Judgment {
  readonly verdict: CanaryVerdict;
  /** 0 to 100. */
  readonly score: number;
  readonly assessments: readonly MetricAssessment[];
}

/** Whether a metric without data is left out, as its config allows. */
export function isLeftOut({ decision, metric }: Pick<MetricAssessment, 'decision' | 'metric'>): boolean {
  return decision === 'no-data' && !metric.mustHaveData;
}
