import type { Clock } from '../../../src/core/clock.ts';
import { Refusal } from './model.ts';

const HOURLY = 5000;
const HOUR = 3_600_000;

/** GitHub's primary rate limit: a number of requests per window. */
export class RateLimit {
  readonly #clock: Clock;
  #remaining = HOURLY;
  #resetAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#resetAt = clock.now() + HOUR;
  }

  /** Leaves this many requests until the window ends in `resetIn` ms. */
  leave(remaining: number, resetIn: number): void {
    this.#remaining = remaining;
    this.#resetAt = this.#clock.now() + resetIn;
  }

  /** Counts a request. @throws Refusal if none is left. */
  take(): void {
    if (this.#clock.now() >= this.#resetAt) {
      this.#remaining = HOURLY;
      this.#resetAt = this.#clock.now() + HOUR;
    }
    if (this.#remaining === 0) throw new Refusal(403, 'API rate limit exceeded for installation ID 42.');
    this.#remaining -= 1;
  }

  headers(): Record<string, string> {
    return {
      'x-ratelimit-limit': String(HOURLY),
      'x-ratelimit-remaining': String(this.#remaining),
      'x-ratelimit-used': String(HOURLY - this.#remaining),
      'x-ratelimit-reset': String(Math.ceil(this.#resetAt / 1000)),
      'x-ratelimit-resource': 'core',
    };
  }
}
