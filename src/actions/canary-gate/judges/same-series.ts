import type { Metric } from '../metric/metric.ts';
import type { SampleRound } from '../samples/samples.ts';

/** Independent arms look like one series less often than this. */
const SIGNIFICANCE = 1e-3;

/**
 * Whether both queries select the same series: the arms are equal in every round in which both have a value, and they vary too much for
 * that to be chance. (Two arms without errors are equal, too, and so may be two that had one rare error in the same round.)
 *
 * A permutation test (Fisher, "The Design of Experiments", 1935, chapter III). If the n values of one arm came in random order, the
 * probability of this order would be ∏ cᵢ! / n!, with cᵢ the number of times that each distinct value occurs.
 */
export function areSameSeries(rounds: readonly SampleRound[], { name }: Metric): boolean {
  const counts = new Map<number, number>();
  let [compared, probability] = [0, 1];
  for (const { samples } of rounds) {
    const { baseline, canary } = samples.get(name) ?? {};
    if (baseline?.kind !== 'value' || canary?.kind !== 'value') continue;
    const { value } = canary;
    if (baseline.value !== value) return false;
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    compared += 1;
    // Builds ∏ cᵢ! / n! one factor at a time.
    probability *= count / compared;
  }
  return probability < SIGNIFICANCE;
}
