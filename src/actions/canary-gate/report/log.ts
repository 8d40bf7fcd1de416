import { formatDuration } from '../../../core/duration.ts';
import type { Log } from '../../../core/log.ts';
import { formatNumber, formatValue } from '../metric/format.ts';
import type { Metric } from '../metric/metric.ts';
import type { GateInputs, SamplingPlan } from '../plan.ts';
import { missingReason, type Sample, type SampleRound } from '../sampling/samples.ts';
import type { TriedQuery } from '../sampling/sampling.ts';

/** With more metrics than this a line would be too long to read: only what is missing is told. */
const MOST_METRICS = 4;

export interface RoundProgress {
  /** From 1. */
  readonly number: number;
  readonly planned: number;
  /** Since the watching began, in ms. */
  readonly elapsed: number;
  readonly metrics: readonly Metric[];
}

/** One line per round: ` 3/20  1 min 30 s  error rate 0.62 % (baseline 0.11 %)  p95 188 ms (baseline 182 ms)`. */
export function roundLine(round: SampleRound, { number, planned, elapsed, metrics }: RoundProgress): string {
  const count = `${String(number).padStart(String(planned).length)}/${planned}`;
  return `  ${count}  ${formatDuration(elapsed).padEnd(11)}  ${found(round, metrics)}`;
}

/** What a query gave when it was tried: `error rate, canary: 0.0062  ← sum(rate(…))`. */
export function queryResultLine({ name, arm, query, measurement }: TriedQuery): string {
  const value = measurement.kind === 'value' ? formatNumber(measurement.value) : `${missingReason(measurement)} yet`;
  return `  ${name}, ${arm}: ${value}  ← ${query}`;
}

function found(round: SampleRound, metrics: readonly Metric[]): string {
  const told = metrics.flatMap((metric) => {
    const pair = round.samples.get(metric.name);
    if (!pair) return [];
    const canary = written(pair.canary, metric);
    const text = pair.baseline
      ? `${metric.name} ${canary} (baseline ${written(pair.baseline, metric)})`
      : `${metric.name} ${canary}`;
    const whole = pair.canary.kind === 'value' && (pair.baseline === undefined || pair.baseline.kind === 'value');
    return [{ text, whole }];
  });
  if (told.length <= MOST_METRICS) return told.map(({ text }) => text).join('  ');
  const lacking = told.filter(({ whole }) => !whole);
  const measured = `${told.length - lacking.length} of ${told.length} metrics measured`;
  return [measured, ...lacking.slice(0, MOST_METRICS).map(({ text }) => text)].join('  ');
}

function written(sample: Sample, { unit }: Metric): string {
  return sample.kind === 'value' ? formatValue(sample.value, unit) : missingReason(sample);
}

/** Tells each kind of failure of the metrics server once, when it first comes. */
export function reportFailuresOnce(log: Log): (round: SampleRound) => void {
  const told = new Set<string>();
  return (round) => {
    for (const { canary, baseline } of round.samples.values())
      for (const sample of [canary, baseline]) {
        if (sample?.kind !== 'error' || told.has(sample.code)) continue;
        told.add(sample.code);
        log.warning(`A sample is missing: ${sample.message}`);
      }
  };
}

/** The line before the first round: what is going to happen. */
export function startLine({ judge }: GateInputs, plan: SamplingPlan): string {
  const rounds = `${plan.rounds} rounds, one every ${formatDuration(plan.interval)}`;
  if (plan.mode === 'retrospective')
    return `▸ Judging (${judge}) ${rounds}, from ${new Date(plan.start).toISOString()}`;
  const wait = plan.delay > 0 ? ` after ${formatDuration(plan.delay)}` : '';
  return `▸ Watching${wait} for ${formatDuration(plan.rounds * plan.interval)} (${judge}): ${rounds}`;
}
