import type { Clock } from '../../../core/clock.ts';
import { isNotYetApplied } from '../../../kubernetes/inventory/managed-resources.ts';
import type { RolloutAssessment } from '../../../kubernetes/rollout/assessment.ts';
import { type Target, targetTitle } from './target.ts';
import type { Suppression, WatchedTarget } from './watched-target.ts';

/** The parent's status and the object come by two watches, so the applied change may show this much later in the object, in ms. */
const WATCH_DELAY = 5000;

/** Decides whether a failure of a managed target counts. It doesn't if the previous release may have caused it. */
export class FailureGate {
  readonly #target: Target;
  readonly #parent: WatchedTarget;
  readonly #clock: Clock;
  #wasPending = false;
  /** When the parent was first seen to apply the change. */
  #appliedAt = Number.NEGATIVE_INFINITY;

  constructor(target: Target, parent: WatchedTarget, clock: Clock) {
    this.#target = target;
    this.#parent = parent;
    this.#clock = clock;
  }

  /** Why a failure doesn't count (yet); undefined if it counts. */
  readonly suppress = ({ cause, imageProofs }: RolloutAssessment): Suppression | undefined => {
    // The parent deletes and recreates its objects, and knows whether this one should exist.
    if (cause === 'deleted' || cause === 'not-found')
      return { reason: `${targetTitle(this.#parent.target)} manages it` };
    // The spec names the expected digest, so the change was applied.
    if (imageProofs.some(({ proof }) => 'pinned' in proof && proof.pinned)) return undefined;
    const reason = this.#pendingReason();
    if (this.#wasPending && reason === undefined) this.#appliedAt = this.#clock.now();
    this.#wasPending = reason !== undefined;
    if (reason !== undefined) return { reason };
    const recheckAt = this.#appliedAt + WATCH_DELAY;
    return this.#clock.now() < recheckAt ? { reason: 'may be the state before the change', recheckAt } : undefined;
  };

  #pendingReason(): string | undefined {
    const { target, object, assessment } = this.#parent;
    if (assessment.awaitsRevision) return `${targetTitle(target)} has not applied the commit yet`;
    const { type, namespace, name } = this.#target;
    const { group, kind } = type;
    return object && isNotYetApplied(object, { group, kind, namespace, name })
      ? `${targetTitle(target)} has not applied the state in Git yet`
      : undefined;
  }
}
