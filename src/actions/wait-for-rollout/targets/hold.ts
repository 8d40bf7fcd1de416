import type { Clock } from '../../../core/clock.ts';
import { isNotYetApplied } from '../../../kubernetes/inventory/managed-resources.ts';
import type { RolloutAssessment } from '../../../kubernetes/rollout/assessment.ts';
import type { Held, Watched } from '../watched.ts';
import { type Target, titleOf } from './target.ts';

/** What was applied may be seen so much later than that it was applied, in ms: these are two watches. */
const SETTLING = 5000;

/** Tells which failures of something that was brought do not count (yet). */
export class Hold {
  readonly #brought: Target;
  readonly #parent: Watched;
  readonly #clock: Clock;
  /** Whether a failure was held back because its parent had yet to begin, and when it was first seen to have begun. */
  #wasPending = false;
  #begunAt = Number.NEGATIVE_INFINITY;

  constructor(brought: Target, parent: Watched, clock: Clock) {
    this.#brought = brought;
    this.#parent = parent;
    this.#clock = clock;
  }

  /** Why a failure does not count; undefined where it does. */
  readonly back = ({ cause, images }: RolloutAssessment): Held | undefined => {
    // Who brought it prunes it, or makes it again: what brought it knows better whether it belongs.
    if (cause === 'deleted' || cause === 'not-found') return { reason: `${titleOf(this.#parent.target)} brings it` };
    if (images.some(({ proof }) => 'pinned' in proof && proof.pinned)) return undefined;
    const reason = this.#pending();
    if (this.#wasPending && reason === undefined) this.#begunAt = this.#clock.now();
    this.#wasPending = reason !== undefined;
    if (reason !== undefined) return { reason };
    const recheckAt = this.#begunAt + SETTLING;
    return this.#clock.now() < recheckAt ? { reason: 'as it was before', recheckAt } : undefined;
  };

  #pending(): string | undefined {
    const { target, object, assessment } = this.#parent;
    if (assessment.awaitsRevision) return `${titleOf(target)} has yet to apply the commit`;
    const { type, namespace, name } = this.#brought;
    const { group, kind } = type;
    return object && isNotYetApplied(object, { group, kind, namespace, name })
      ? `${titleOf(target)} has yet to apply what is in Git`
      : undefined;
  }
}
