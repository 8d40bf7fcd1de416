import type { LocationShift } from '../../../statistics/mann-whitney.ts';
import type { Metric } from '../metric/metric.ts';
import type { ArmSamples } from '../samples/samples.ts';

/** The result of the gate. */
export type CanaryVerdict = 'pass' | 'marginal' | 'fail' | 'inconclusive';

/** The result for one metric. `inconclusive` and `no-data` are neither good nor bad. */
export type Decision = 'pass' | 'fail' | 'inconclusive' | 'no-data';

export interface MetricAssessment {
  readonly metric: Metric;
  readonly decision: Decision;
  /** Half a sentence. */
  readonly reason: string;
  /** What to do, if this decision has a special cause. */
  readonly remedy?: string | undefined;
  readonly arms: { readonly baseline: ArmSamples; readonly canary: ArmSamples };
  /** `undefined` if the arms weren't compared. */
  readonly comparison: ArmComparison | undefined;
  readonly threshold: ThresholdViolations | undefined;
}

/** How the canary's samples differ from the baseline's. Values are in the metric's unit. */
export interface ArmComparison {
  readonly baselineMedian: number;
  readonly canaryMedian: number;
  /** Effect size: how much higher the canary is than the baseline, with its confidence interval. */
  readonly shift: LocationShift;
  /** Two-sided confidence level of `shift`. */
  readonly confidence: number;
  /** Equivalence margin. */
  readonly margin: number;
  readonly meanRatio: number;
  /** Effect size without a unit: the probability that a sample of the canary is higher than one of the baseline. */
  readonly commonLanguageEffectSize: number;
  /** The variance of the rank sum, divided by its variance for independent samples. */
  readonly varianceInflation: number;
}

export interface ThresholdViolations {
  readonly violations: number;
  /** Number of violations that are allowed. */
  readonly limit: number;
}

export interface Judgment {
  readonly verdict: CanaryVerdict;
  /** 0 to 100. */
  readonly score: number;
  readonly assessments: readonly MetricAssessment[];
}

/** Whether a metric doesn't count: it has no data, and `must-have-data: false` allows that. */
export function isLeftOut({ decision, metric }: Pick<MetricAssessment, 'decision' | 'metric'>): boolean {
  return decision === 'no-data' && !metric.mustHaveData;
}
