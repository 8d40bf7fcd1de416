import { type Clock, sleepWithProgress } from '../../../core/clock.ts';
import { defined } from '../../../core/defined.ts';
import { ActionError } from '../../../core/error.ts';
import { type Measurement, type MetricsProvider, timesOf } from '../../../metrics/provider.ts';
import type { QueryPair } from '../queries/fill-queries.ts';
import { hasOnlyErrors, type Sample, type SamplePair, type SampleRound, type Sampling } from '../samples/samples.ts';
import { endOf, type LivePlan, type RetrospectivePlan, type SamplingPlan } from '../samples/sampling-plan.ts';

/** Sampling ends after this many rounds in a row in which every query failed. */
const FAILED_ROUNDS_TO_END = 5;

export interface SamplingContext {
  readonly plan: SamplingPlan;
  readonly queries: ReadonlyMap<string, QueryPair>;
  readonly provider: MetricsProvider;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called after each round with its number from 1, and its due time in ms after sampling started. */
  readonly onRound: (round: SampleRound, number: number, elapsed: number) => void;
  /** Called during a wait with the ms that are left until the next round. */
  readonly onWait: (left: number) => void;
  /** Whether further rounds can't change the verdict `fail`. */
  readonly hasCertainlyFailed: (rounds: readonly SampleRound[], planned: number) => boolean;
}

/** Takes the planned samples. */
export function takeSamples(context: SamplingContext): Promise<Sampling> {
  return context.plan.mode === 'live' ? sampleLive(context, context.plan) : samplePast(context, context.plan);
}

/** Takes a round at every interval. A late round (the server was slow) still queries the time at which it was due. */
async function sampleLive(context: SamplingContext, plan: LivePlan): Promise<Sampling> {
  const { clock, signal, onWait } = context;
  await sleepWithProgress(clock, plan.delay, onWait, signal);
  const startedAt = clock.now();
  const rounds: SampleRound[] = [];
  const result = (ended: Sampling['ended']): Sampling => ({
    rounds,
    planned: plan.rounds,
    startedAt,
    endedAt: clock.now(),
    ended,
  });
  let failedInARow = 0;
  while (rounds.length < plan.rounds) {
    const due = startedAt + (rounds.length + 1) * plan.interval;
    if (due > clock.now()) await sleepWithProgress(clock, due - clock.now(), onWait, signal);
    const round = await takeRound(due, context);
    rounds.push(round);
    context.onRound(round, rounds.length, due - startedAt);
    failedInARow = hasOnlyErrors(round) ? failedInARow + 1 : 0;
    if (failedInARow >= FAILED_ROUNDS_TO_END) return result('provider-lost');
    if (context.hasCertainlyFailed(rounds, plan.rounds)) return result('certain-failure');
  }
  return result('complete');
}

/** Queries both arms of all metrics at the same time. A query that fails gives a missing sample. */
async function takeRound(time: number, { queries, provider, signal }: SamplingContext): Promise<SampleRound> {
  const sample = async (query: string): Promise<Sample> => {
    try {
      return await provider.measure(query, time, signal);
    } catch (thrown) {
      if (!(thrown instanceof ActionError) || signal.aborted) throw thrown;
      return { kind: 'error', code: thrown.code, message: thrown.message };
    }
  };
  const pairs = [...queries].map(async ([name, query]): Promise<[string, SamplePair]> => {
    const [canary, baseline] = await Promise.all([
      sample(query.canary),
      query.baseline === undefined ? undefined : sample(query.baseline),
    ]);
    return [name, { canary, ...defined({ baseline }) }];
  });
  return { time, samples: new Map(await Promise.all(pairs)) };
}

/** Queries a range of the past at once. */
async function samplePast(context: SamplingContext, plan: RetrospectivePlan): Promise<Sampling> {
  const { provider, signal } = context;
  const range = {
    start: plan.start + plan.interval,
    end: endOf(plan),
    step: plan.interval,
  };
  const columns: { name: string; canary: readonly Measurement[]; baseline: readonly Measurement[] | undefined }[] = [];
  for (const [name, { baseline, canary }] of context.queries)
    columns.push({
      name,
      canary: await provider.measureRange(canary, range, signal),
      baseline: baseline === undefined ? undefined : await provider.measureRange(baseline, range, signal),
    });
  const noData: Measurement = { kind: 'no-data', reason: 'empty' };
  const rounds = timesOf(range).map((time, index): SampleRound => {
    const pairs = columns.map(({ name, canary, baseline }): [string, SamplePair] => [
      name,
      { canary: canary[index] ?? noData, ...(baseline ? { baseline: baseline[index] ?? noData } : {}) },
    ]);
    return { time, samples: new Map(pairs) };
  });
  rounds.forEach((round, index) => {
    context.onRound(round, index + 1, round.time - plan.start);
  });
  return { rounds, planned: plan.rounds, startedAt: plan.start, endedAt: range.end, ended: 'complete' };
}
