import { LONGEST_TIMER } from '../core/clock.ts';

/** A body may take one more second for each of these bytes, so that a large layer can pass through a slow line. */
const SLOWEST = 16 * 1024;

/** The response was not complete in time, although the connection was never silent for long. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
  readonly code = 'ETIMEDOUT';

  /** @param ms the time that was allowed */
  constructor(ms: number) {
    super(`the response was not complete after ${Math.round(ms) / 1000} s`);
  }
}

/**
 * Limits the time of a request from its start to the end of its response's body, whatever the server does meanwhile: send a byte
 * now and then, informational responses, or nothing. Like all network timeouts, it uses real time.
 */
export class TimeLimit {
  readonly #startedAt = performance.now();
  readonly #abort = new AbortController();
  readonly #allowed: number;
  #most = Number.POSITIVE_INFINITY;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param allowed in ms, besides the time for the bytes; infinite for a response that has no end, such as a watch */
  constructor(allowed: number) {
    this.#allowed = allowed;
    this.#wait();
  }

  /** Aborts with TooSlow. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Bytes were sent or received. */
  count(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Everything that is left must come within `ms`, however much it is. */
  endWithin(ms: number): void {
    this.#most = Math.min(this.#most, this.#elapsed + ms);
    this.#wait();
  }

  /** The response is complete, or given up. */
  end(): void {
    clearTimeout(this.#timer);
  }

  get #elapsed(): number {
    return performance.now() - this.#startedAt;
  }

  get #limit(): number {
    return Math.min(this.#most, this.#allowed + (this.#bytes / SLOWEST) * 1000);
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (!Number.isFinite(this.#limit)) return;
    const left = this.#limit - this.#elapsed;
    if (left <= 0) this.#abort.abort(new TooSlow(this.#limit));
    else this.#timer = setTimeout(() => this.#wait(), Math.min(Math.ceil(left), LONGEST_TIMER)).unref();
  }
}
