import { type Clock, sleepWithProgress } from '../../../core/clock.ts';
import { ActionError } from '../../../core/error.ts';
import { type Measurement, type MetricsProvider, timesOf } from '../../../metrics/provider.ts';
import type { Assessment } from '../judges/judgment.ts';
import { ARMS, type Arm } from '../metric/metric.ts';
import type { Plan } from '../plan.ts';
import type { QueryPair } from '../queries/fill-queries.ts';
import { isLost, type Look, type Sample, type SamplePair, type Trial } from './samples.ts';

/** So many looks in a row that bring nothing but failures of the metrics server end the trial. */
const LOST_AFTER = 5;

export interface Watch {
  readonly plan: Plan;
  readonly queries: ReadonlyMap<string, QueryPair>;
  readonly provider: MetricsProvider;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each look, its number from 1, and how long after the beginning of the watching it was due, in ms. */
  readonly onLook: (look: Look, number: number, elapsed: number) => void;
  /** Told now and then how many ms are left until the next look. */
  readonly onWait: (left: number) => void;
  readonly certainFailures: (looks: readonly Look[], planned: number) => readonly Assessment[];
}

/** Takes the samples that the plan asks for. */
export function carryOut(watch: Watch): Promise<Trial> {
  return watch.plan.mode === 'live' ? watchLive(watch, watch.plan) : measurePast(watch, watch.plan);
}

/**
 * Looks at every interval. A look that comes late (the server was slow) still asks for the time at which it was due;
 * a query that fails is a missing sample.
 */
async function watchLive(watch: Watch, plan: Extract<Plan, { mode: 'live' }>): Promise<Trial> {
  const { clock, signal, onWait } = watch;
  await sleepWithProgress(clock, plan.delay, onWait, signal);
  const startedAt = clock.now();
  const looks: Look[] = [];
  const trial = (ended: Trial['ended']): Trial => ({
    looks,
    planned: plan.looks,
    startedAt,
    endedAt: clock.now(),
    ended,
  });
  let lost = 0;
  while (looks.length < plan.looks) {
    const due = startedAt + (looks.length + 1) * plan.interval;
    if (due > clock.now()) await sleepWithProgress(clock, due - clock.now(), onWait, signal);
    const look = await lookAt(due, watch);
    looks.push(look);
    watch.onLook(look, looks.length, due - startedAt);
    lost = isLost(look) ? lost + 1 : 0;
    if (lost >= LOST_AFTER) return trial('provider-lost');
    if (watch.certainFailures(looks, plan.looks).length > 0) return trial('certain-failure');
  }
  return trial('complete');
}

async function lookAt(time: number, { queries, provider, signal }: Watch): Promise<Look> {
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
async function measurePast(watch: Watch, plan: Extract<Plan, { mode: 'retrospective' }>): Promise<Trial> {
  const { provider, signal } = watch;
  const span = {
    start: plan.start + plan.interval,
    end: plan.start + plan.looks * plan.interval,
    step: plan.interval,
  };
  const columns: { name: string; canary: readonly Measurement[]; baseline: readonly Measurement[] | undefined }[] = [];
  for (const [name, { baseline, canary }] of watch.queries)
    columns.push({
      name,
      canary: await provider.measureSpan(canary, span, signal),
      baseline: baseline === undefined ? undefined : await provider.measureSpan(baseline, span, signal),
    });
  const nothing: Measurement = { kind: 'no-data', reason: 'empty' };
  const looks = timesOf(span).map((time, index): Look => {
    const row = columns.map(({ name, canary, baseline }): [string, SamplePair] => [
      name,
      { canary: canary[index] ?? nothing, ...(baseline ? { baseline: baseline[index] ?? nothing } : {}) },
    ]);
    return { time, samples: new Map(row) };
  });
  looks.forEach((look, index) => {
    watch.onLook(look, index + 1, look.time - plan.start);
  });
  return { looks, planned: plan.looks, startedAt: plan.start, endedAt: span.end, ended: 'complete' };
}

export interface TriedQuery {
  readonly name: string;
  readonly arm: Arm;
  readonly query: string;
  readonly measurement: Measurement;
}

/**
 * What each query gives now, or at the end of a past span.
 * @throws ActionError where one can't be asked at all: better before the trial than after it
 */
export async function tryQueries(
  watch: Pick<Watch, 'plan' | 'queries' | 'provider' | 'clock' | 'signal'>,
): Promise<readonly TriedQuery[]> {
  const { plan, provider, clock, signal } = watch;
  const time = plan.mode === 'live' ? clock.now() : plan.start + plan.looks * plan.interval;
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
