import type { Clock } from '../../core/clock.ts';
import type { HealthVerdict } from '../health/rule/kind-rule.ts';
import type { KubernetesObject } from '../objects/object.ts';

/** How long an assumed verdict must last before it counts, in ms. */
const DELAY = { status: 10_000, generation: 5_000 };

const MESSAGES = {
  status: 'no controller has written its status yet',
  generation: "its status doesn't say which change it describes: waiting a little longer",
};

/**
 * Delays a verdict that is only assumed. A controller that hasn't seen an object (or its last change) yet and a kind without a controller
 * look the same. Only time shows the difference. (kstatus calls both current at once.)
 */
export class AssumedStatus {
  readonly #clock: Clock;
  #generation: string | undefined;
  #since = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The verdict; or progressing, with the time of the next check, until an assumed verdict has lasted long enough. */
  apply(
    verdict: HealthVerdict,
    { metadata }: KubernetesObject,
  ): { readonly verdict: HealthVerdict; readonly recheckAt?: number } {
    const generation = `${metadata.uid}/${metadata.generation}`;
    if (generation !== this.#generation) this.#since = this.#clock.now();
    this.#generation = generation;
    if (verdict.status === 'failed' || !verdict.assumed) return { verdict };
    const { assumed, status: _, message: __, ...counts } = verdict;
    const recheckAt = this.#since + DELAY[assumed];
    if (recheckAt <= this.#clock.now()) return { verdict };
    return { verdict: { status: 'progressing', message: MESSAGES[assumed], ...counts }, recheckAt };
  }
}
