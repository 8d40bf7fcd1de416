import type { Clock } from '../../core/clock.ts';
import type { CauseId } from '../../kubernetes/failures/causes.ts';
import type { HealthStatus } from '../../kubernetes/health/rule/kind-rule.ts';
import type { KubernetesObject } from '../../kubernetes/objects/object.ts';
import type { RolloutAssessment } from '../../kubernetes/rollout/assessment.ts';
import { Assessor } from '../../kubernetes/rollout/assessor.ts';
import type { Expectations } from './expectations.ts';
import { objectOf, type Target } from './targets/target.ts';

/** Why a failure does not count (yet), and when that may change though nothing else does (ms since the epoch). */
export interface Held {
  readonly reason: string;
  readonly recheckAt?: number;
}

interface Options {
  readonly clock: Clock;
  readonly expectations: Expectations;
  readonly graces: ReadonlyMap<CauseId, number>;
  /** Why a failure does not count (yet); undefined where it does. */
  readonly hold?: ((failure: RolloutAssessment) => Held | undefined) | undefined;
}

/** How a target stood for a while: its status, and what spoke against it. */
export interface Phase {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly status: HealthStatus;
  readonly cause: CauseId | undefined;
}

/** A target that goes up and down for hours keeps so many phases: the first ones, and the last. */
const KEPT = 100;

/** A target with what was last found out about it. */
export class Watched {
  readonly target: Target;
  readonly assessor: Assessor;
  readonly hold: Options['hold'];
  readonly #clock: Clock;
  readonly #phases: Phase[] = [];
  #assessment: RolloutAssessment = {
    status: 'unknown',
    message: 'not yet looked at',
    findings: [],
    images: [],
    oldPods: 0,
  };
  #changedAt: number;

  constructor(target: Target, { clock, expectations, graces, hold }: Options) {
    const { images, revision } = expectations;
    this.target = target;
    this.hold = hold;
    this.#clock = clock;
    this.#changedAt = clock.now();
    this.assessor = new Assessor({ clock, images, revision, graces, clockSkew: target.cluster.client.clockSkew });
  }

  get assessment(): RolloutAssessment {
    return this.#assessment;
  }

  /** Since when it stands as it does, in ms since the epoch. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** How it stood since it was first looked at. */
  get phases(): readonly Phase[] {
    return this.#phases;
  }

  /** The object as it was last seen, also where it is gone since. */
  get object(): KubernetesObject | undefined {
    const { cluster, type, namespace, name } = this.target;
    return objectOf(this.target) ?? cluster.view.lastSeen(type, namespace, name);
  }

  /** Looks again; answers whether anything that a person sees has changed. */
  look(): boolean {
    const { cluster, type, namespace, name } = this.target;
    const { view } = cluster;
    const before = seen(this.#assessment);
    this.#assessment = this.#held(
      this.assessor.assess(objectOf(this.target), view.lastSeen(type, namespace, name), view.relations(namespace)),
    );
    const changed = before !== seen(this.#assessment);
    if (changed) this.#changedAt = this.#clock.now();
    this.#remember(this.#assessment);
    return changed;
  }

  #held(assessment: RolloutAssessment): RolloutAssessment {
    const held = assessment.status === 'failed' ? this.hold?.(assessment) : undefined;
    if (held === undefined) return assessment;
    const { cause: _, ...rest } = assessment;
    const { reason, ...again } = held;
    return { ...rest, ...again, status: 'progressing', message: `${assessment.message} (${reason})` };
  }

  #remember({ status, cause, findings }: RolloutAssessment): void {
    const phase = {
      from: this.#clock.now(),
      status,
      cause: status === 'current' ? undefined : (cause ?? findings[0]?.cause),
    };
    const last = this.#phases.at(-1);
    if (last?.status === phase.status && last.cause === phase.cause) return;
    if (this.#phases.length === KEPT) this.#phases.pop();
    this.#phases.push(phase);
  }
}

function seen({ status, message, findings }: RolloutAssessment): string {
  return [status, message, findings[0]?.key].join('|');
}
