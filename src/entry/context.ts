import type { ActionReport } from '../core/action-report.ts';
import type { Clock } from '../core/clock.ts';
import type { Contract, InputValues } from '../core/contract.ts';
import type { Env } from '../core/inputs.ts';
import type { Log } from '../core/log.ts';
import type { Secrets } from '../core/secrets.ts';
import type { Http } from '../http/http.ts';

/** Everything outside of itself that an action uses. Tests pass in their own. */
export interface Runtime {
  readonly env: Env;
  readonly clock: Clock;
  /** Random numbers from 0 (inclusive) to 1, for the jitter between attempts. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly log: Log;
  readonly secrets: Secrets;
  /** Opens HTTP clients, which are closed when the action ends. */
  readonly http: Http;
  /** Aborts when the job is cancelled, and when the action has ended. */
  readonly signal: AbortSignal;
  /** The workspace: relative paths in inputs are relative to it. */
  readonly cwd: string;
}

/** What an action uses once its inputs have become a plan. */
export interface PlannedContext<C extends Contract> extends Runtime {
  readonly report: ActionReport<C>;
}

/** What the `run` function of an action gets. */
export interface Context<C extends Contract> extends PlannedContext<C> {
  readonly inputs: InputValues<C>;
}

export type Run<C extends Contract> = (context: Context<C>) => Promise<void>;
