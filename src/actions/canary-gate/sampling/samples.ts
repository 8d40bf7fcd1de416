import type { Measurement } from '../../../metrics/provider.ts';
import type { Arm, Metric } from '../metric/metric.ts';

/** What one round found for one arm of one metric. Whatever is not a value is a missing sample, and counted as such. */
export type Sample =
  | Measurement
  /** The provider failed. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

/** The baseline is absent where the judge does not use it. */
export type SamplePair = { readonly baseline?: Sample; readonly canary: Sample };

export interface SampleRound {
  /** ms since the epoch; what the queries were asked for. */
  readonly time: number;
  /** By the name of the metric. */
  readonly samples: ReadonlyMap<string, SamplePair>;
}

/** All that was seen of a canary. */
export interface Sampling {
  readonly rounds: readonly SampleRound[];
  /** Looks that the whole duration holds. */
  readonly planned: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly ended: 'complete' | 'certain-failure' | 'provider-lost';
}

/** The samples of one arm of one metric. */
export interface ArmSamples {
  /** In the order of time. */
  readonly values: readonly number[];
  /** Why samples are missing, and how many of each. */
  readonly missing: Readonly<Record<MissingReason, number>>;
}

export type MissingReason = 'no data' | 'not a number' | 'error';

export function armSamples(rounds: readonly SampleRound[], metric: string, arm: Arm): ArmSamples {
  const values: number[] = [];
  const missing = { 'no data': 0, 'not a number': 0, error: 0 };
  for (const round of rounds) {
    const sample = round.samples.get(metric)?.[arm];
    if (sample === undefined) continue;
    if (sample.kind === 'value') values.push(sample.value);
    else missing[missingReason(sample)] += 1;
  }
  return { values, missing };
}

/** What both arms of a metric gave. */
export function samplesOfBothArms(
  rounds: readonly SampleRound[],
  metric: Metric,
): { baseline: ArmSamples; canary: ArmSamples } {
  return {
    baseline: armSamples(rounds, metric.name, 'baseline'),
    canary: armSamples(rounds, metric.name, 'canary'),
  };
}

/** Arms that nothing connects round like one series less often than this. */
const CHANCE = 1e-3;

/**
 * Whether both arms are one series: they have the same value at every round at which both have one, and vary so much that this is no
 * chance. Two arms that never had an error round alike, and two that had a rare one at the same time may.
 */
export function areSameSeries(rounds: readonly SampleRound[], { name }: Metric): boolean {
  const counts = new Map<number, number>();
  let [taken, chance] = [0, 1];
  for (const { samples } of rounds) {
    const { baseline, canary } = samples.get(name) ?? {};
    if (baseline?.kind !== 'value' || canary?.kind !== 'value') continue;
    const { value } = canary;
    if (baseline.value !== value) return false;
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    // In the end ∏ count! / taken!: of all orders of these values, the part that is this one.
    chance *= count / ++taken;
  }
  return chance < CHANCE;
}

export function missingCount({ missing }: ArmSamples): number {
  return Object.values(missing).reduce((total, count) => total + count, 0);
}

export function missingReason(sample: Exclude<Sample, { kind: 'value' }>): MissingReason {
  if (sample.kind !== 'no-data') return sample.kind;
  return sample.reason === 'empty' ? 'no data' : 'not a number';
}

/** Whether nothing but failures of the provider came back. */
export function hasOnlyErrors(round: SampleRound): boolean {
  const samples = [...round.samples.values()].flatMap(({ baseline, canary }) =>
    baseline ? [baseline, canary] : [canary],
  );
  return samples.every(({ kind }) => kind === 'error');
}
