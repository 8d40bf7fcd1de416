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
import { Gates, type Suppression } from './gates.ts';
import { currentObject, type Target } from './target.ts';

export interface WatchOptions {
  readonly clock: Clock;
  readonly expectations: Expectations;
  /** Graces from input `grace`, in ms. */
  readonly graces: ReadonlyMap<CauseId, number>;
  /** Why it may be absent (for now); undefined if it must exist. */
  readonly mayBeAbsent?: () => string | undefined;
  /** Whether the object takes its commits from the repository of the expected one. Default: every object does. */
  readonly isRevisionExpectedOf?: (object: KubernetesObject) => boolean;
  /** What else keeps an unfinished target from going on; undefined if nothing is known. */
  readonly obstacle?: (target: WatchedTarget) => string | undefined;
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
  /** Of the targets that deliver this one. */
  readonly gates = new Gates<WatchedTarget>();
  readonly #mayBeAbsent: () => string | undefined;
  readonly #isRevisionExpectedOf: NonNullable<WatchOptions['isRevisionExpectedOf']>;
  readonly #obstacle: NonNullable<WatchOptions['obstacle']>;
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

  constructor(target: Target, options: WatchOptions) {
    const { clock, expectations, graces, mayBeAbsent, obstacle, isRevisionExpectedOf = () => true } = options;
    const { expectedImages, expectedRevision } = expectations;
    this.target = target;
    this.#clock = clock;
    this.#mayBeAbsent = mayBeAbsent ?? (() => undefined);
    this.#isRevisionExpectedOf = isRevisionExpectedOf;
    this.#obstacle = obstacle ?? (() => undefined);
    this.#changedAt = clock.now();
    this.#assessor = new Assessor({
      clock,
      expectedImages,
      expectedRevision,
      isRevisionExpectedOf,
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

  /** Whether it takes its commits from the repository of the expected one. */
  get followsExpected(): boolean {
    const { object } = this;
    return object === undefined || this.#isRevisionExpectedOf(object);
  }

  /** Whether it applies commits, or is applied, and the expected one is still to come. */
  get isAwaitingCommit(): boolean {
    const { status, awaitsRevision } = this.#assessment;
    return status === 'unknown' || awaitsRevision === true || this.gates.pendingReason() !== undefined;
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
    const assessment = this.#assessor.assess(
      currentObject(this.target),
      view.lastSeen(type, namespace, name),
      view.relations(namespace),
    );
    this.#assessment = this.#withObstacle(this.#suppressed(assessment));
    const hasChanged = before !== fingerprint(this.#assessment);
    if (hasChanged) this.#changedAt = this.#clock.now();
    this.#addPhase(this.#assessment);
    return hasChanged;
  }

  /** A failure that doesn't count is shown as progress. */
  #suppressed(assessment: RolloutAssessment): RolloutAssessment {
    if (assessment.status !== 'failed' && assessment.status !== 'progressing') return assessment;
    const held = this.gates.holdBack(assessment) ?? this.#absence(assessment);
    if (!held) return assessment;
    // What the previous release left has no part in the graces of this one.
    if (held.recheckAt === undefined) this.#assessor.restartGraces();
    const { cause: _, ...rest } = assessment;
    const times = [held.recheckAt ?? Number.POSITIVE_INFINITY, assessment.recheckAt ?? Number.POSITIVE_INFINITY];
    const message = `${assessment.message} (${held.reason})`;
    return { ...rest, status: 'progressing', message, recheckAt: Math.min(...times) };
  }

  #withObstacle(assessment: RolloutAssessment): RolloutAssessment {
    const obstacle = assessment.status === 'progressing' ? this.#obstacle(this) : undefined;
    return obstacle === undefined ? assessment : { ...assessment, message: `${assessment.message}; ${obstacle}` };
  }

  #absence({ cause }: RolloutAssessment): Suppression | undefined {
    const reason = cause === 'not-found' || cause === 'deleted' ? this.#mayBeAbsent() : undefined;
    return reason === undefined ? undefined : { reason };
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
