import type { Clock } from '../../../core/clock.ts';

/** Waits until something happens or a time has come, whichever is first. */
export class Notifier {
  readonly #clock: Clock;
  #happened = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something happened: whoever waits goes on. */
  readonly notify = (): void => {
    this.#happened = true;
    this.#wake?.();
  };

  /** @param time milliseconds since the epoch. @returns whether something happened. */
  async until(time: number, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    if (!this.#happened) await this.#next(time, signal);
    const happened = this.#happened;
    this.#happened = false;
    // Many changes come in one piece of a watch: they are looked at together.
    await new Promise((resolve) => setImmediate(resolve));
    return happened;
  }

  async #next(time: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const happened = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const elapsed = this.#clock.sleep(Math.max(0, time - this.#clock.now()), AbortSignal.any([signal, over.signal]));
    try {
      await Promise.race([happened, elapsed]);
    } finally {
      this.#wake = undefined;
      over.abort();
      await elapsed.catch(() => {});
    }
    signal.throwIfAborted();
  }
}
