/** Servers end a watch after so many seconds; the next one goes on where it was. */
const WHOLE = 290;
/** A watch that shows whether the one before was quiet, or dead, or held back. */
const PROBE = 1;
/** How long a watch is left open where its news comes only with its end. */
const HELD_BACK = 5;

/** Servers send a bookmark a minute where anything happened: a watch that says nothing for longer is looked into (ms). */
const SILENCE = 75_000;
/** A watch that should have ended may be late by so much (ms). */
const LATE = 10_000;
/** News that comes so shortly before the end of its watch was held back until then (ms). */
const TOGETHER = 300;

/**
 * How long a watch is left open. Quiet watches are normal: they go on from where they were. But one that says nothing may also be dead, or sit
 * behind a proxy that passes an answer on only when it is whole. A short watch from the same place tells these apart: it brings what was missed,
 * at its begin or only at its end.
 */
export class WatchTimeout {
  #is: 'open' | 'probing' | 'held-back' = 'open';

  /** How long the next watch lasts, in s. */
  get seconds(): number {
    return { open: WHOLE, probing: PROBE, 'held-back': HELD_BACK }[this.#is];
  }

  /** After so many ms without a word something is wrong, or may be. */
  get silenceLimit(): number {
    return this.#is === 'open' ? SILENCE : this.seconds * 1000 + LATE;
  }

  get isProbing(): boolean {
    return this.#is === 'probing';
  }

  /** News may be held back from the start. */
  assumeBuffering(): void {
    this.#is = 'held-back';
  }

  /** Nothing was heard for too long. @returns whether another watch may tell why; else only a list can. */
  onSilence(): boolean {
    const mayTell = this.#is === 'open';
    this.#is = mayTell ? 'probing' : 'open';
    return mayTell;
  }

  /**
   * A watch came to its end.
   * @param after how long before the end the last news came, in ms; undefined where none came.
   * @returns whether it was just found out that news is held back.
   */
  onEnd(after: number | undefined): boolean {
    if (this.#is === 'open' || (this.#is === 'held-back' && after === undefined)) return false;
    const wasHeldBack = this.#is === 'held-back';
    this.#is = after !== undefined && after < TOGETHER ? 'held-back' : 'open';
    return this.#is === 'held-back' && !wasHeldBack;
  }
}
