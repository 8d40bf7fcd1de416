import type { RolloutAssessment } from '../../../kubernetes/rollout/assessment.ts';

/** Why a failure doesn't count (yet). */
export interface Suppression {
  readonly reason: string;
  /** When to decide again even if nothing changes, in ms since the epoch. */
  readonly recheckAt?: number;
}

/** Holds back the failures of a target that its parent delivers. */
interface Gate<Parent> {
  readonly parent: Parent;
  holdBack(assessment: RolloutAssessment): Suppression | undefined;
  /** Why the target may still be as the previous release left it; undefined if it isn't. */
  pendingReason(): string | undefined;
}

/** The gates of one target: one for each parent that delivers it. */
export class Gates<Parent> {
  readonly #gates: Gate<Parent>[] = [];
  #isAsked = false;

  add(gate: Gate<Parent>): void {
    this.#gates.push(gate);
  }

  /** @param parent a target that is no longer waited for. */
  removeOf(parent: Parent): void {
    const index = this.#gates.findIndex((gate) => gate.parent === parent);
    if (index >= 0) this.#gates.splice(index, 1);
  }

  hasOf(parent: Parent): boolean {
    return this.#gates.some((gate) => gate.parent === parent);
  }

  holdBack(assessment: RolloutAssessment): Suppression | undefined {
    return this.#gates.flatMap((gate) => gate.holdBack(assessment) ?? [])[0];
  }

  /** Why the target may still be as the previous release left it; undefined if it isn't. */
  pendingReason(): string | undefined {
    // Applications can manage each other in a circle.
    if (this.#isAsked) return undefined;
    this.#isAsked = true;
    try {
      return this.#gates.flatMap((gate) => gate.pendingReason() ?? [])[0];
    } finally {
      this.#isAsked = false;
    }
  }
}
