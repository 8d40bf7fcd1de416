import type { Clock } from '../../../core/clock.ts';
import type { CauseId } from '../../../kubernetes/failures/causes.ts';
import type { Finding } from '../../../kubernetes/failures/findings.ts';
import { holdUpOf } from '../../../kubernetes/failures/hold-ups.ts';
import { notObservedYet } from '../../../kubernetes/health/health.ts';
import { ruleFor } from '../../../kubernetes/health/kind-rules.ts';
import type { HealthStatus } from '../../../kubernetes/health/rule/kind-rule.ts';
import { groupOf, type KubernetesObject } from '../../../kubernetes/objects/object.ts';
import type { RolloutAssessment } from '../../../kubernetes/rollout/assessment.ts';
import { Assessor } from '../../../kubernetes/rollout/assessor.ts';
import type { Expectations } from './expected/expectations.ts';
import { currentObject, type Target } from './target.ts';

/** Why a failure doesn't count (yet). */
export interface Suppression {
  readonly reason: string;
  /** When to decide again even if nothing changes, in ms since the epoch. */
  readonly recheckAt?: number;
}

export interface WatchOptions {
  readonly clock: Clock;
  readonly expectations: Expectations;
  /** Graces from input `grace`, in ms. */
  readonly graces: ReadonlyMap<CauseId, number>;
  /** Why a failure doesn't count (yet); undefined if it counts. */
  readonly suppress?: (failure: RolloutAssessment) => Suppression | undefined;
}

/** A time during which status and cause of a target were the same. */
export interface Phase {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly status: HealthStatus;
  readonly cause: CauseId | undefined;
}

/** How many phases are kept if a target changes back and forth for hours: the first ones, and the last one. */
const MAX_PHASES = 100;

/** A target with its latest assessment. */
export class WatchedTarget {
  readonly target: Target;
  readonly #assessor: Assessor;
  readonly #suppress: WatchOptions['suppress'];
  readonly #clock: Clock;
  readonly #phases: Phase[] = [];
  #assessment: RolloutAssessment = {
    status: 'unknown',
    message: 'not checked yet',
    findings: [],
    imageProofs: [],
    oldPods: 0,
  };
  #changedAt: number;

  constructor(target: Target, { clock, expectations, graces, suppress }: WatchOptions) {
    const { expectedImages, expectedRevision } = expectations;
    this.target = target;
    this.#suppress = suppress;
    this.#clock = clock;
    this.#changedAt = clock.now();
    this.#assessor = new Assessor({
      clock,
      expectedImages,
      expectedRevision,
      graces,
      clockSkew: target.cluster.client.clockSkew,
    });
  }

  get assessment(): RolloutAssessment {
    return this.#assessment;
  }

  /** When the assessment last changed, in ms since the epoch. */
  get changedAt(): number {
    return this.#changedAt;
  }

  get phases(): readonly Phase[] {
    return this.#phases;
  }

  /** The object, or its last state if it was deleted. */
  get object(): KubernetesObject | undefined {
    const { cluster, type, namespace, name } = this.target;
    return currentObject(this.target) ?? cluster.view.lastSeen(type, namespace, name);
  }

  /** What the target waits for, if it is not current and nothing has failed. */
  get heldUpBy(): Finding | undefined {
    const { object, assessment, target } = this;
    const isHeldUp = assessment.status === 'progressing' || assessment.cause === 'progress-deadline';
    if (!object || !isHeldUp || notObservedYet(object)) return undefined;
    const relations = target.cluster.view.relations(target.namespace);
    const pods = ruleFor(groupOf(object), object.kind)?.workload?.pods(object, relations);
    return holdUpOf(object, pods, { relations, now: this.#clock.now() + target.cluster.client.clockSkew });
  }

  /** How long evidence has been so, in ms; undefined if no object says so. */
  ageOf({ evidence }: Finding): number | undefined {
    const { clockSkew } = this.target.cluster.client;
    return evidence.since === undefined ? undefined : Math.max(0, this.#clock.now() + clockSkew - evidence.since);
  }

  /** When a finding was first seen, in ms since the epoch. */
  seenSince(finding: Finding): number {
    return this.#assessor.since(finding);
  }

  /** Assesses the target again. @returns whether status, message or first finding changed. */
  assess(): boolean {
    const { cluster, type, namespace, name } = this.target;
    const { view } = cluster;
    const before = fingerprint(this.#assessment);
    this.#assessment = this.#suppressed(
      this.#assessor.assess(
        currentObject(this.target),
        view.lastSeen(type, namespace, name),
        view.relations(namespace),
      ),
    );
    const hasChanged = before !== fingerprint(this.#assessment);
    if (hasChanged) this.#changedAt = this.#clock.now();
    this.#addPhase(this.#assessment);
    return hasChanged;
  }

  /** A failure that doesn't count is shown as progress. */
  #suppressed(assessment: RolloutAssessment): RolloutAssessment {
    const suppression = assessment.status === 'failed' ? this.#suppress?.(assessment) : undefined;
    if (suppression === undefined) return assessment;
    const { cause: _, ...rest } = assessment;
    const { reason, ...recheck } = suppression;
    return { ...rest, ...recheck, status: 'progressing', message: `${assessment.message} (${reason})` };
  }

  #addPhase({ status, cause, findings }: RolloutAssessment): void {
    const phase = {
      from: this.#clock.now(),
      status,
      cause: status === 'current' ? undefined : (cause ?? findings[0]?.cause),
    };
    const last = this.#phases.at(-1);
    if (last?.status === phase.status && last.cause === phase.cause) return;
    if (this.#phases.length === MAX_PHASES) this.#phases.pop();
    this.#phases.push(phase);
  }
}

function fingerprint({ status, message, findings }: RolloutAssessment): string {
  return [status, message, findings[0]?.key].join('|');
}
