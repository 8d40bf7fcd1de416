import { backoffDelay } from '../../core/backoff.ts';
import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import { messageOf } from '../../core/error.ts';

import { ApiError } from '../api/api-error.ts';

interface Options {
  readonly clock: Clock;
  /** Called once per row of failures. */
  readonly onRepeatedFailure: (message: string) => void;
  /** Jitter of the back-off, from 0 (inclusive) to 1. */
  readonly random?: () => number;
}

/** So many failures in a row are worth a warning. */
const REPEATED = 3;
const FIRST_WAIT = 500;
export const LONGEST_WAIT = 15_000;

/** Delays the retries of a watch: longer after each failure in a row. */
export class WatchRecovery {
  readonly #options: Options;
  #failures = 0;
  #lastError: unknown;
  #relists = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Waits after a failed request, at least as long as the server asks for. */
  async afterFailure(error: unknown, signal: AbortSignal): Promise<void> {
    const retryAfter = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
    this.#failures += 1;
    this.#lastError = error;
    if (this.#failures === REPEATED) this.#options.onRepeatedFailure(messageOf(error));
    await this.#wait(this.#failures - 1, retryAfter, signal);
  }

  /** Why the watch keeps failing; undefined if it works, or has failed only a few times. */
  get lastingError(): unknown {
    return this.#failures >= REPEATED ? this.#lastError : undefined;
  }

  /** Waits before the objects are listed again, unless it is the first time in a row. */
  async beforeRelist(signal: AbortSignal): Promise<void> {
    if (this.#relists > 0) await this.#wait(this.#relists, 0, signal);
    this.#relists += 1;
  }

  /** The watch works again. */
  recovered(): void {
    this.#failures = 0;
    this.#relists = 0;
  }

  async #wait(attempt: number, least: number, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    const ms = backoffDelay({ firstDelay: FIRST_WAIT, maxDelay: LONGEST_WAIT, ...defined({ random }) }, attempt);
    await clock.sleep(Math.max(least, ms), signal);
  }
}
