import { type Metric, satisfies } from '../metric/metric.ts';
import { armSamples, type SampleRound } from '../samples/samples.ts';
import type { Decision, ThresholdViolations } from './judgment.ts';

export interface ThresholdCheck {
  readonly decision: Decision;
  readonly reason: string;
  readonly count: ThresholdViolations;
}

/** The share of samples that may violate a threshold if the config has no `failure-limit`. */
const ALLOWED_SHARE = 0.1;

/**
 * Checks the threshold of a metric; `undefined` if it has none. It's violated if more samples violate it than are allowed, which no
 * later sample can undo. It's satisfied if no more do, and there are at least half of the planned samples.
 */
export function checkThreshold(
  metric: Metric,
  rounds: readonly SampleRound[],
  planned: number,
): ThresholdCheck | undefined {
  const { threshold } = metric;
  if (threshold === undefined) return undefined;
  const { values } = armSamples(rounds, metric.name, 'canary');
  const violations = values.filter((value) => !satisfies(value, threshold)).length;
  const limit = metric.failureLimit ?? Math.floor(planned * ALLOWED_SHARE);
  const count = { violations, limit };
  const condition = `${threshold.operator} ${threshold.value}`;
  if (violations > limit)
    return {
      decision: 'fail',
      reason: `${violations} of ${values.length} samples are not ${condition} (${limit} allowed)`,
      count,
    };
  if (values.length === 0) return { decision: 'no-data', reason: 'no samples of the canary', count };
  const needed = Math.max(1, Math.ceil(planned / 2));
  if (values.length < needed)
    return { decision: 'inconclusive', reason: `${values.length} of ${planned} samples, ${needed} are needed`, count };
  const exceptions = violations > 0 ? `, except ${violations} of ${values.length} (${limit} allowed)` : '';
  return { decision: 'pass', reason: `all samples ${condition}${exceptions}`, count };
}
