import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/core/clock.ts';

/**
 * A clock on which short sleeps (pauses between attempts) are over at the next turn of the event loop, each noted in `waits`;
 * long ones (how long a silence may last) are over when a test says so.
 */
export class BriskClock implements Clock {
  readonly waits: number[] = [];
  readonly #patience: number;
  #now = Date.parse('2026-03-01T12:00:00Z');
  #long: { readonly ms: number; readonly wake: () => void }[] = [];

  /** @param patience sleeps shorter than so many ms are short. */
  constructor(patience = 60_000) {
    this.#patience = patience;
  }

  now(): number {
    return this.#now;
  }

  /** How many long sleeps there are. */
  get sleepers(): number {
    return this.#long.length;
  }

  /** Lets time pass up to the end of all long sleeps. */
  wake(): void {
    const sleepers = this.#long;
    this.#long = [];
    this.#now += Math.max(0, ...sleepers.map(({ ms }) => ms));
    for (const { wake } of sleepers) wake();
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms >= this.#patience) return this.#sleepLong(ms, signal);
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
