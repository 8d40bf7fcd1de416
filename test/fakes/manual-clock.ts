import type { Clock } from '../../src/core/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that moves only when a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start = Date.parse('2026-03-01T12:00:00Z')) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, ms),
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** When the next sleep ends, in ms since the epoch. Undefined if there is none. */
  get nextAt(): number | undefined {
    return this.#sleepers.size === 0 ? undefined : Math.min(...[...this.#sleepers].map(({ at }) => at));
  }

  /** Moves to a time and ends the sleeps that are due by then, in order. @param settle Waits until everything that a sleep's end has started is done. */
  async advanceTo(time: number, settle: () => Promise<void>): Promise<void> {
    for (let next = this.nextAt; next !== undefined && next <= time; next = this.nextAt) {
      this.#now = Math.max(this.#now, next);
      for (const sleeper of [...this.#sleepers].sort((a, b) => a.at - b.at))
        if (sleeper.at <= this.#now) sleeper.wake();
      await settle();
    }
    this.#now = Math.max(this.#now, time);
  }
}
