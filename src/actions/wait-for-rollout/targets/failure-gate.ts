import type { Clock } from '../../../core/clock.ts';
import { applyStateOf } from '../../../kubernetes/inventory/apply-state.ts';
import type { KubernetesObject } from '../../../kubernetes/objects/object.ts';
import type { RolloutAssessment } from '../../../kubernetes/rollout/assessment.ts';
import type { Suppression } from './gates.ts';
import { currentObject, type Target, targetTitle } from './target.ts';
import type { WatchedTarget } from './watched-target.ts';

/** The parent's status and the object come by two watches, so the applied change may show this much later in the object, in ms. */
const WATCH_DELAY = 5000;

/** Decides whether a failure of a target counts that another target delivers. It doesn't if the previous release may have caused it. */
export class FailureGate {
  readonly parent: WatchedTarget;
  readonly #target: Target;
  readonly #clock: Clock;
  readonly #startedAt: number;
  /** The object as it was at first. If it changes, the parent has applied something. */
  readonly #initial: KubernetesObject | undefined;
  #wasPending = false;
  /** When the parent was first seen to have applied the change. */
  #appliedAt = Number.NEGATIVE_INFINITY;

  constructor(target: Target, parent: WatchedTarget, clock: Clock) {
    this.#target = target;
    this.parent = parent;
    this.#clock = clock;
    this.#startedAt = clock.now() + target.cluster.client.clockSkew;
    this.#initial = currentObject(target);
  }

  /** Why the object may still be as the previous release left it; undefined if it isn't. Called at every assessment. */
  holdBack({ imageProofs }: RolloutAssessment): Suppression | undefined {
    const reason = this.pendingReason();
    if (this.#wasPending && reason === undefined) this.#appliedAt = this.#clock.now();
    this.#wasPending = reason !== undefined;
    // The spec names the expected digest, so the change was applied.
    if (imageProofs.some(({ proof }) => 'pinned' in proof && proof.pinned)) return undefined;
    if (reason !== undefined) return { reason };
    const recheckAt = this.#appliedAt + WATCH_DELAY;
    return this.#clock.now() < recheckAt ? { reason: 'may be the state before the change', recheckAt } : undefined;
  }

  /** What the parent, or one that delivers the parent, still has to do. */
  pendingReason(): string | undefined {
    const { target, object, assessment } = this.parent;
    if (assessment.status === 'unknown' || assessment.awaitsRevision)
      return `${targetTitle(target)} has not applied the commit yet`;
    if (object && this.#isPending(object)) return `${targetTitle(target)} has not applied the state in Git yet`;
    return this.parent.gates.pendingReason();
  }

  #isPending(parent: KubernetesObject): boolean {
    const { type, namespace, name } = this.#target;
    const { group, kind } = type;
    const state = applyStateOf(parent, { group, kind, namespace, name });
    switch (state.kind) {
      case 'waiting':
        return true;
      case 'applying':
        // If it began before the wait, nothing shows whether the object has been applied since.
        return state.since >= this.#startedAt && !this.#hasChanged();
      case 'applied':
        return false;
    }
  }

  #hasChanged(): boolean {
    const now = currentObject(this.#target)?.metadata;
    const initial = this.#initial?.metadata;
    return now?.uid !== initial?.uid || now?.generation !== initial?.generation;
  }
}
