import type { ActionReport } from '../core/action-report.ts';
import type { Clock } from '../core/clock.ts';
import type { Contract, InputValues } from '../core/contract.ts';
import type { Env } from '../core/inputs.ts';
import type { Log } from '../core/log.ts';
import type { Secrets } from '../core/secrets.ts';
import type { Http } from '../http/http.ts';

/** What an action touches of the world: everything comes in here, so a test can hand in its own. */
export interface Runtime {
  readonly env: Env;
  readonly clock: Clock;
  /** From 0 (inclusive) to 1, for the jitter between attempts. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
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
export interface Context<C extends Contract> extends Runtime {
  readonly inputs: InputValues<C>;
  readonly report: ActionReport<C>;
}

export type Run<C extends Contract> = (context: Context<C>) => Promise<void>;
