import type { Clock } from '../../../../src/core/clock.ts';

/** Calls a function at the earliest of the requested times, again and again. Uses at most one timer, and none after `stop`. */
export class WakeTimer {
  readonly #clock: Clock;
  readonly #act: () => void;
  readonly #over = new AbortController();
  #dueAt = Number.POSITIVE_INFINITY;
  #reschedule: () => void = () => {};
  readonly #running: Promise<void>;

  constructor(clock: Clock, act: () => void) {
    this.#clock = clock;
    this.#act = act;
    this.#running = this.#run();
    // `stop` reports a failure.
    this.#running.catch(() => {});
  }

  /** @param time milliseconds since the epoch. */
  wakeAt(time: number): void {
    if (time >= this.#dueAt) return;
    this.#dueAt = time;
    this.#reschedule();
  }

  /** @throws the error of the last call. */
  async stop(): Promise<void> {
    this.#over.abort();
    this.#reschedule();
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
    const rescheduled = new Promise<void>((resolve) => {
      this.#reschedule = resolve;
    });
    const until = this.#dueAt;
    if (until === Number.POSITIVE_INFINITY) return rescheduled;
    const slept = this.#clock.sleep(until - this.#clock.now(), earlier.signal).catch(() => {});
    await Promise.race([rescheduled, slept]);
    earlier.abort();
    await slept;
  }
}
