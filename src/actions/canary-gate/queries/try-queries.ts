import type { Clock } from '../../../core/clock.ts';
import type { Measurement, MetricsProvider } from '../../../metrics/provider.ts';
import { ARMS, type Arm } from '../metric/metric.ts';
import { endOf, type SamplingPlan } from '../samples/sampling-plan.ts';
import type { QueryPair } from './fill-queries.ts';

export interface QueryResult {
  readonly name: string;
  readonly arm: Arm;
  readonly query: string;
  readonly measurement: Measurement;
}

interface QueryRun {
  readonly plan: SamplingPlan;
  readonly queries: ReadonlyMap<string, QueryPair>;
  readonly provider: MetricsProvider;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Runs each query once: now, or at the end of a range of the past.
 * @throws ActionError if one of them can't be run: better before sampling than after it
 */
export async function tryQueries({
  plan,
  queries,
  provider,
  clock,
  signal,
}: QueryRun): Promise<readonly QueryResult[]> {
  const time = plan.mode === 'live' ? clock.now() : endOf(plan);
  const results: QueryResult[] = [];
  // One after the other: when one fails, no other is still running.
  for (const [name, pair] of queries) {
    for (const arm of ARMS) {
      const query = pair[arm];
      if (query === undefined) continue;
      results.push({ name, arm, query, measurement: await provider.measure(query, time, signal) });
    }
  }
  return results;
}
