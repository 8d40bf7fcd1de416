import type { Disturbance } from '../../../kubernetes/rollout/disturbances.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';

/** Measures how long all targets have been current without a sign that a pod was not well in between. */
export class StableWindow {
  /** In ms. */
  readonly #length: number;
  readonly #onRestart: (because: Disturbance) => void;
  /** Milliseconds since the epoch; undefined while they are not current. */
  #since: number | undefined;
  /** The disturbance that began the window anew. */
  #last: Disturbance | undefined;

  /** @param length in ms. @param onRestart called when a disturbance begins the window anew. */
  constructor(length: number, onRestart: (because: Disturbance) => void) {
    this.#length = length;
    this.#onRestart = onRestart;
  }

  /** The targets are not all current. */
  end(): void {
    this.#since = undefined;
  }

  /** All targets are current. @returns when they will have been so for long enough, in ms since the epoch. */
  endsAt(targets: readonly WatchedTarget[], now: number): number {
    const begins = this.#since ?? now;
    const disturbances = targets.flatMap(({ assessment }) => assessment.disturbed ?? []);
    const latest = disturbances.find(({ at }) => disturbances.every((other) => at >= other.at));
    // The cluster's clock is known to a second only.
    this.#since = Math.min(now, Math.max(begins, latest?.at ?? 0));
    if (latest && latest.at > begins && latest.at !== this.#last?.at) {
      this.#last = latest;
      if (this.#length > 0) this.#onRestart(latest);
    }
    return this.#since + this.#length;
  }
}
