import type { Clock } from '../../../core/clock.ts';

/** Wakes the wait when something changes. */
export class Notifier {
  readonly #clock: Clock;
  #isNotified = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly notify = (): void => {
    this.#isNotified = true;
    this.#wake?.();
  };

  /** Waits for a notification, at most until `time` (ms since the epoch). @returns whether there was one. */
  async waitUntil(time: number, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    if (!this.#isNotified) await this.#sleepUntil(time, signal);
    const wasNotified = this.#isNotified;
    this.#isNotified = false;
    // One chunk of a watch holds many changes: let all of them arrive.
    await new Promise((resolve) => setImmediate(resolve));
    return wasNotified;
  }

  async #sleepUntil(time: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const notified = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const elapsed = this.#clock.sleep(Math.max(0, time - this.#clock.now()), AbortSignal.any([signal, done.signal]));
    try {
      await Promise.race([notified, elapsed]);
    } finally {
      this.#wake = undefined;
      done.abort();
      await elapsed.catch(() => {});
    }
    signal.throwIfAborted();
  }
}
