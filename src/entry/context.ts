import type { Clock } from '../core/clock.ts';
import type { Contract, Inputs } from '../core/contract.ts';
import type { Env } from '../core/inputs.ts';
import type { Log } from '../core/log.ts';
import type { Report } from '../core/report.ts';
import type { Secrets } from '../core/secrets.ts';
import type { Http } from '../http/http.ts';

/** What an action touches of the world: everything comes in here, so a test can hand in its own. */
export interface Surroundings {
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: Secrets;
  /** Opens HTTP clients; all are closed when the action ends. */
  readonly http: Http;
  /** Aborts when the job is cancelled. */
  readonly signal: AbortSignal;
  /** The checkout: relative paths of inputs start here. */
  readonly cwd: string;
}

/** What run.ts of an action gets. */
export interface Context<C extends Contract> extends Surroundings {
  readonly inputs: Inputs<C>;
  readonly report: Report<C>;
}

export type Run<C extends Contract> = (context: Context<C>) => Promise<void>;
