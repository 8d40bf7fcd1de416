import type { Clock } from '../../../../src/core/clock.ts';

/** Does one thing again and again, each time at the earliest time that was asked for since. One timer at most, none after `stop`. */
export class WakeTimer {
  readonly #clock: Clock;
  readonly #act: () => void;
  readonly #over = new AbortController();
  #dueAt = Number.POSITIVE_INFINITY;
  #rethink: () => void = () => {};
  readonly #running: Promise<void>;

  constructor(clock: Clock, act: () => void) {
    this.#clock = clock;
    this.#act = act;
    this.#running = this.#run();
    // A failure is told by `stop`.
    this.#running.catch(() => {});
  }

  /** @param time milliseconds since the epoch. */
  wakeAt(time: number): void {
    if (time >= this.#dueAt) return;
    this.#dueAt = time;
    this.#rethink();
  }

  /** @throws what the last act has thrown. */
  async stop(): Promise<void> {
    this.#over.abort();
    this.#rethink();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#over.signal.aborted) {
      if (this.#dueAt > this.#clock.now()) await this.#sleep();
      else {
        this.#dueAt = Number.POSITIVE_INFINITY;
        this.#act();
      }
    }
  }

  async #sleep(): Promise<void> {
    const earlier = new AbortController();
    const rethought = new Promise<void>((resolve) => {
      this.#rethink = resolve;
    });
    const until = this.#dueAt;
    if (until === Number.POSITIVE_INFINITY) return rethought;
    const slept = this.#clock.sleep(until - this.#clock.now(), earlier.signal).catch(() => {});
    await Promise.race([rethought, slept]);
    earlier.abort();
    await slept;
  }
}
