import type { Clock } from '../../src/core/clock.ts';

interface ScheduledEvent {
  readonly at: number;
  readonly run: () => void;
}

/** A clock on which every sleep ends at once. Scheduled events run at their times during the sleeps. */
export class LeapingClock implements Clock {
  #now: number;
  #events: ScheduledEvent[] = [];

  constructor(start = Date.parse('2026-03-01T12:00:00Z')) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Schedules an event `ms` from now. It runs during a later sleep. */
  after(ms: number, run: () => void): void {
    this.#events.push({ at: this.#now + ms, run });
    this.#events.sort((a, b) => a.at - b.at);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = this.#now + ms;
    for (let next = this.#events[0]; next !== undefined && next.at <= end; next = this.#events[0]) {
      this.#events.shift();
      this.#now = Math.max(this.#now, next.at);
      next.run();
      signal?.throwIfAborted();
    }
    signal?.throwIfAborted();
    this.#now = end;
  }
}
