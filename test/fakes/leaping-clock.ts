import type { Clock } from '../../src/core/clock.ts';

interface Event {
  readonly at: number;
  readonly happen: () => void;
}

/** A clock that leaps over every sleep at once, and lets things happen at their times on the way. */
export class LeapingClock implements Clock {
  #now: number;
  #events: Event[] = [];

  constructor(start = Date.parse('2026-03-01T12:00:00Z')) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Plans something that happens `ms` from now, while someone sleeps. */
  after(ms: number, happen: () => void): void {
    this.#events.push({ at: this.#now + ms, happen });
    this.#events.sort((a, b) => a.at - b.at);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = this.#now + ms;
    for (let next = this.#events[0]; next !== undefined && next.at <= end; next = this.#events[0]) {
      this.#events.shift();
      this.#now = Math.max(this.#now, next.at);
      next.happen();
      signal?.throwIfAborted();
    }
    signal?.throwIfAborted();
    this.#now = end;
  }
}
