import type { Judgment } from '../judges/judgment.ts';
import type { GatePlan } from '../plan.ts';
import type { QueryPair } from '../queries/fill-queries.ts';
import type { Sampling } from '../samples/samples.ts';

/** Everything that is reported about a run. */
export interface GateFindings {
  readonly plan: GatePlan;
  readonly sampling: Sampling;
  readonly judgment: Judgment;
  readonly queries: ReadonlyMap<string, QueryPair>;
}
