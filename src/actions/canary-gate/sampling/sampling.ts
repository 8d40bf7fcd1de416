import { type Clock, sleepWithProgress } from '../../../core/clock.ts';
import { ActionError } from '../../../core/error.ts';
import { type Measurement, type MetricsProvider, timesOf } from '../../../metrics/provider.ts';
import type { MetricAssessment } from '../judges/judgment.ts';
import { ARMS, type Arm } from '../metric/metric.ts';
import type { SamplingPlan } from '../plan.ts';
import type { QueryPair } from '../queries/fill-queries.ts';
import { hasOnlyErrors, type Sample, type SamplePair, type SampleRound, type Sampling } from './samples.ts';

/** So many rounds in a row that bring nothing but failures of the metrics server end the sampling. */
const MOST_FAILED_ROUNDS = 5;

export interface SamplingContext {
  readonly plan: SamplingPlan;
  readonly queries: ReadonlyMap<string, QueryPair>;
  readonly provider: MetricsProvider;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each round, its number from 1, and how long after the beginning of the watching it was due, in ms. */
  readonly onRound: (round: SampleRound, number: number, elapsed: number) => void;
  /** Told now and then how many ms are left until the next round. */
  readonly onWait: (left: number) => void;
  readonly certainFailures: (rounds: readonly SampleRound[], planned: number) => readonly MetricAssessment[];
}

/** Takes the samples that the plan asks for. */
export function takeSamples(watch: SamplingContext): Promise<Sampling> {
  return watch.plan.mode === 'live' ? sampleLive(watch, watch.plan) : samplePast(watch, watch.plan);
}

/**
 * Looks at every interval. A round that comes late (the server was slow) still asks for the time at which it was due;
 * a query that fails is a missing sample.
 */
async function sampleLive(watch: SamplingContext, plan: Extract<SamplingPlan, { mode: 'live' }>): Promise<Sampling> {
  const { clock, signal, onWait } = watch;
  await sleepWithProgress(clock, plan.delay, onWait, signal);
  const startedAt = clock.now();
  const rounds: SampleRound[] = [];
  const sampling = (ended: Sampling['ended']): Sampling => ({
    rounds,
    planned: plan.rounds,
    startedAt,
    endedAt: clock.now(),
    ended,
  });
  let lost = 0;
  while (rounds.length < plan.rounds) {
    const due = startedAt + (rounds.length + 1) * plan.interval;
    if (due > clock.now()) await sleepWithProgress(clock, due - clock.now(), onWait, signal);
    const round = await takeRound(due, watch);
    rounds.push(round);
    watch.onRound(round, rounds.length, due - startedAt);
    lost = hasOnlyErrors(round) ? lost + 1 : 0;
    if (lost >= MOST_FAILED_ROUNDS) return sampling('provider-lost');
    if (watch.certainFailures(rounds, plan.rounds).length > 0) return sampling('certain-failure');
  }
  return sampling('complete');
}

async function takeRound(time: number, { queries, provider, signal }: SamplingContext): Promise<SampleRound> {
  const sample = async (query: string): Promise<Sample> => {
    try {
      return await provider.measure(query, time, signal);
    } catch (thrown) {
      if (!(thrown instanceof ActionError) || signal.aborted) throw thrown;
      return { kind: 'error', code: thrown.code, message: thrown.message };
    }
  };
  const pairs = [...queries].map(async ([name, { baseline, canary }]): Promise<[string, SamplePair]> => {
    const [ofCanary, ofBaseline] = await Promise.all([
      sample(canary),
      baseline === undefined ? undefined : sample(baseline),
    ]);
    return [name, { canary: ofCanary, ...(ofBaseline ? { baseline: ofBaseline } : {}) }];
  });
  return { time, samples: new Map(await Promise.all(pairs)) };
}

/** Asks for a span of the past at once. */
async function samplePast(
  watch: SamplingContext,
  plan: Extract<SamplingPlan, { mode: 'retrospective' }>,
): Promise<Sampling> {
  const { provider, signal } = watch;
  const span = {
    start: plan.start + plan.interval,
    end: plan.start + plan.rounds * plan.interval,
    step: plan.interval,
  };
  const columns: { name: string; canary: readonly Measurement[]; baseline: readonly Measurement[] | undefined }[] = [];
  for (const [name, { baseline, canary }] of watch.queries)
    columns.push({
      name,
      canary: await provider.measureRange(canary, span, signal),
      baseline: baseline === undefined ? undefined : await provider.measureRange(baseline, span, signal),
    });
  const nothing: Measurement = { kind: 'no-data', reason: 'empty' };
  const rounds = timesOf(span).map((time, index): SampleRound => {
    const row = columns.map(({ name, canary, baseline }): [string, SamplePair] => [
      name,
      { canary: canary[index] ?? nothing, ...(baseline ? { baseline: baseline[index] ?? nothing } : {}) },
    ]);
    return { time, samples: new Map(row) };
  });
  rounds.forEach((round, index) => {
    watch.onRound(round, index + 1, round.time - plan.start);
  });
  return { rounds, planned: plan.rounds, startedAt: plan.start, endedAt: span.end, ended: 'complete' };
}

export interface TriedQuery {
  readonly name: string;
  readonly arm: Arm;
  readonly query: string;
  readonly measurement: Measurement;
}

/**
 * What each query gives now, or at the end of a past span.
 * @throws ActionError where one can't be asked at all: better before the sampling than after it
 */
export async function tryQueries(
  watch: Pick<SamplingContext, 'plan' | 'queries' | 'provider' | 'clock' | 'signal'>,
): Promise<readonly TriedQuery[]> {
  const { plan, provider, clock, signal } = watch;
  const time = plan.mode === 'live' ? clock.now() : plan.start + plan.rounds * plan.interval;
  const tried: TriedQuery[] = [];
  // One after the other: the first that fails ends it, and leaves none of the others under way.
  for (const [name, pair] of watch.queries) {
    for (const arm of ARMS) {
      const query = pair[arm];
      if (query === undefined) continue;
      tried.push({ name, arm, query, measurement: await provider.measure(query, time, signal) });
    }
  }
  return tried;
}
