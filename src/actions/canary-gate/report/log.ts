import { formatDuration } from '../../../core/duration.ts';
import type { Log } from '../../../core/log.ts';
import { sayOnce } from '../../../core/once.ts';
import { formatNumber, formatValue } from '../metric/format.ts';
import type { Metric } from '../metric/metric.ts';
import type { GatePlan } from '../plan.ts';
import type { QueryResult } from '../queries/try-queries.ts';
import { missingReason, type Sample, type SampleRound } from '../samples/samples.ts';

/** With more metrics than this, a line would be too long to read: it names only those with missing samples. */
const MOST_METRICS = 4;

export interface RoundProgress {
  /** From 1. */
  readonly number: number;
  readonly planned: number;
  /** Since sampling started, in ms. */
  readonly elapsed: number;
  readonly metrics: readonly Metric[];
}

/** The line before sampling starts. */
export function startLine({ judge, sampling }: GatePlan): string {
  const rounds = `${sampling.rounds} sample rounds, one every ${formatDuration(sampling.interval)}`;
  if (sampling.mode === 'retrospective')
    return `▸ Judging (${judge.name}) ${rounds}, from ${new Date(sampling.start).toISOString()}`;
  const delay = sampling.delay > 0 ? ` after ${formatDuration(sampling.delay)}` : '';
  return `▸ Watching${delay} for ${formatDuration(sampling.rounds * sampling.interval)} (${judge.name}): ${rounds}`;
}

/** One line per round: ` 3/20  1 min 30 s  error rate 0.62 % (baseline 0.11 %)  p95 188 ms (baseline 182 ms)`. */
export function roundLine(round: SampleRound, { number, planned, elapsed, metrics }: RoundProgress): string {
  const count = `${String(number).padStart(String(planned).length)}/${planned}`;
  return `  ${count}  ${formatDuration(elapsed).padEnd(11)}  ${formatRound(round, metrics)}`;
}

/** The result of a query before sampling: `error rate, canary: 0.0062  ← sum(rate(…))`. */
export function queryResultLine({ name, arm, query, measurement }: QueryResult): string {
  const value = measurement.kind === 'value' ? formatNumber(measurement.value) : `${missingReason(measurement)} yet`;
  return `  ${name}, ${arm}: ${value}  ← ${query}`;
}

/** A function that logs the errors of a round; each error code only once. */
export function queryErrorLogger(log: Log): (round: SampleRound) => void {
  const warn = sayOnce((message) => log.warning(`A sample is missing: ${message}`));
  return (round) => {
    for (const { canary, baseline } of round.samples.values())
      for (const sample of [canary, baseline]) if (sample?.kind === 'error') warn(sample.message, sample.code);
  };
}

function formatRound(round: SampleRound, metrics: readonly Metric[]): string {
  const entries = metrics.flatMap((metric) => {
    const pair = round.samples.get(metric.name);
    if (!pair) return [];
    const canary = formatSample(pair.canary, metric);
    const text = pair.baseline
      ? `${metric.name} ${canary} (baseline ${formatSample(pair.baseline, metric)})`
      : `${metric.name} ${canary}`;
    const isComplete = pair.canary.kind === 'value' && (pair.baseline === undefined || pair.baseline.kind === 'value');
    return [{ text, isComplete }];
  });
  if (entries.length <= MOST_METRICS) return entries.map(({ text }) => text).join('  ');
  const incomplete = entries.filter(({ isComplete }) => !isComplete);
  const measured = `${entries.length - incomplete.length} of ${entries.length} metrics measured`;
  return [measured, ...incomplete.slice(0, MOST_METRICS).map(({ text }) => text)].join('  ');
}

function formatSample(sample: Sample, { unit }: Metric): string {
  return sample.kind === 'value' ? formatValue(sample.value, unit) : missingReason(sample);
}
