import type { Measurement } from '../../../metrics/provider.ts';
import type { Arm, Metric } from '../metric/metric.ts';

/** What one sample round found for one arm of one metric. Everything but a value is a missing sample, and counted as such. */
export type Sample =
  | Measurement
  /** The query failed. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

/** Without a baseline if the judge doesn't use it. */
export type SamplePair = { readonly baseline?: Sample; readonly canary: Sample };

/** The samples of all metrics at one time. */
export interface SampleRound {
  /** The time of the queries, in ms since the epoch. */
  readonly time: number;
  /** By name of the metric. */
  readonly samples: ReadonlyMap<string, SamplePair>;
}

/** All samples that were taken of a canary. */
export interface Sampling {
  readonly rounds: readonly SampleRound[];
  /** Number of rounds that were planned. */
  readonly planned: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly ended: 'complete' | 'certain-failure' | 'provider-lost';
}

/** The samples of one arm of one metric. */
export interface ArmSamples {
  /** In order of time. */
  readonly values: readonly number[];
  /** The number of missing samples, by reason. */
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

export function samplesOfBothArms(
  rounds: readonly SampleRound[],
  metric: Metric,
): { baseline: ArmSamples; canary: ArmSamples } {
  return {
    baseline: armSamples(rounds, metric.name, 'baseline'),
    canary: armSamples(rounds, metric.name, 'canary'),
  };
}

export function missingCount({ missing }: ArmSamples): number {
  return Object.values(missing).reduce((total, count) => total + count, 0);
}

export function missingReason(sample: Exclude<Sample, { kind: 'value' }>): MissingReason {
  if (sample.kind !== 'no-data') return sample.kind;
  return sample.reason === 'empty' ? 'no data' : 'not a number';
}

/** Whether every query of a round failed. */
export function hasOnlyErrors(round: SampleRound): boolean {
  const samples = [...round.samples.values()].flatMap(({ baseline, canary }) =>
    baseline ? [baseline, canary] : [canary],
  );
  return samples.every(({ kind }) => kind === 'error');
}
