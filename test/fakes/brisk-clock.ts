import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

/**
 * A clock on which short sleeps (such as pauses between retries) end at the next turn of the event loop and are recorded in `waits`.
 * Long sleeps (such as timeouts) end when the test calls `wake()`.
 */
export class BriskClock implements Clock {
  readonly waits: number[] = [];
  readonly #longSleep: number;
  #now = Date.parse('2026-03-01T12:00:00Z');
  #long: { readonly ms: number; readonly wake: () => void }[] = [];

  /** @param longSleep Sleeps of at least this many ms are long. */
  constructor(longSleep = 60_000) {
    this.#longSleep = longSleep;
  }

  now(): number {
    return this.#now;
  }

  /** The number of pending long sleeps. */
  get sleepers(): number {
    return this.#long.length;
  }

  /** Moves the time to the end of all long sleeps, and ends them. */
  wake(): void {
    const sleepers = this.#long;
    this.#long = [];
    this.#now += Math.max(0, ...sleepers.map(({ ms }) => ms));
    for (const { wake } of sleepers) wake();
  }

  /** Moves the time without ending a sleep. */
  pass(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms >= this.#longSleep) return this.#sleepLong(ms, signal);
    this.waits.push(ms);
    await turn();
    this.#now += ms;
    signal?.throwIfAborted();
  }

  #sleepLong(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const sleeper = { ms, wake: resolve };
      this.#long.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#long = this.#long.filter((each) => each !== sleeper);
        reject(signal.reason);
      });
    });
  }
}
