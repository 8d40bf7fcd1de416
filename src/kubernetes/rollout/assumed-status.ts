import type { Clock } from '../../core/clock.ts';
import type { HealthVerdict } from '../health/rule/kind-rule.ts';
import type { KubernetesObject } from '../objects/object.ts';

/** How long what is only assumed must have lasted before it counts, in ms. */
const WHILE = { status: 10_000, generation: 5_000 };

const WAITS = {
  status: 'no controller has written its status yet',
  generation: 'its status does not tell which change it is of: it is looked at a little longer',
};

/**
 * Tells an object whose controller has not looked at it (or at its last change) yet from one whose kind has no controller, or none that
 * tells: only time does. (kstatus calls both current at once.)
 */
export class AssumedStatus {
  readonly #clock: Clock;
  #of: string | undefined;
  #since = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The verdict; one that is only assumed is progressing until that has lasted for a while, and says when to look again. */
  apply(
    verdict: HealthVerdict,
    { metadata }: KubernetesObject,
  ): { readonly verdict: HealthVerdict; readonly recheckAt?: number } {
    const of = `${metadata.uid}/${metadata.generation}`;
    if (of !== this.#of) this.#since = this.#clock.now();
    this.#of = of;
    if (verdict.status === 'failed' || !verdict.assumed) return { verdict };
    const { assumed, status: _, message: __, ...counts } = verdict;
    const recheckAt = this.#since + WHILE[assumed];
    if (recheckAt <= this.#clock.now()) return { verdict };
    return { verdict: { status: 'progressing', message: WAITS[assumed], ...counts }, recheckAt };
  }
}
