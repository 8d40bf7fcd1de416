/** How long a watch stays open, in s. */
const OPEN = { normal: 290, probing: 1, buffered: 5 };

/** Servers send a bookmark every minute if anything happened, so a watch that is silent for longer is suspicious (ms). */
const SILENCE = 75_000;
/** How late the end of a watch may be (ms). */
const LATE = 10_000;
/** Events that arrive this shortly before the end of their watch were buffered until then (ms). */
const TOGETHER = 300;

/**
 * Decides how long a watch stays open. A silent watch is normal: nothing may have changed. But its connection may also be dead, or a proxy
 * may buffer the response until it is complete. A short watch from the same resourceVersion shows which it is: missed events arrive
 * at its beginning, or only at its end.
 */
export class WatchTimeout {
  #state: keyof typeof OPEN = 'normal';

  /** How long the next watch stays open, in s. */
  get seconds(): number {
    return OPEN[this.#state];
  }

  /** After how long without an event a watch is suspicious, in ms. */
  get silenceLimit(): number {
    return this.#state === 'normal' ? SILENCE : this.seconds * 1000 + LATE;
  }

  get isProbing(): boolean {
    return this.#state === 'probing';
  }

  /** Events may be buffered from the start. */
  assumeBuffering(): void {
    this.#state = 'buffered';
  }

  /** Call if a watch was silent for too long. @returns whether another watch may show why; otherwise the objects must be listed. */
  onSilence(): boolean {
    const canProbe = this.#state === 'normal';
    this.#state = canProbe ? 'probing' : 'normal';
    return canProbe;
  }

  /**
   * Call at the end of a watch.
   * @param sinceLast how long before the end the last event arrived, in ms; undefined if there was none.
   * @returns whether this watch was the first to show that events are buffered.
   */
  onEnd(sinceLast: number | undefined): boolean {
    if (this.#state === 'normal' || (this.#state === 'buffered' && sinceLast === undefined)) return false;
    const wasBuffered = this.#state === 'buffered';
    this.#state = sinceLast !== undefined && sinceLast < TOGETHER ? 'buffered' : 'normal';
    return this.#state === 'buffered' && !wasBuffered;
  }
}
