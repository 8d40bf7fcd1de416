import type { Clock } from '../../action/clock.ts';
import type { Verdict } from '../health/rule.ts';
import type { KubernetesObject } from '../object.ts';

/** How long an object of a kind that nothing is known about may be without a status before it is taken as in place, in ms. */
const WHILE = 10_000;

/**
 * Tells an object whose controller has not looked at it yet from one whose kind has no controller, or none that writes a status: only
 * time does. (kstatus calls both current at once.)
 */
export class Silence {
  readonly #clock: Clock;
  #of: string | undefined;
  #since = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The verdict; a status that is only assumed is progressing until that has lasted for a while, and says when to look again. */
  heed(verdict: Verdict, { metadata }: KubernetesObject): { readonly verdict: Verdict; readonly lookAgainAt?: number } {
    if (verdict.status === 'failed' || !verdict.assumed) return { verdict };
    const of = `${metadata.uid}/${metadata.generation}`;
    if (of !== this.#of) this.#since = this.#clock.now();
    this.#of = of;
    const lookAgainAt = this.#since + WHILE;
    if (lookAgainAt <= this.#clock.now()) return { verdict };
    return { verdict: { status: 'progressing', message: 'no controller has written its status yet' }, lookAgainAt };
  }
}
