import type { Clock } from '../../action/clock.ts';
import type { CauseId } from '../../kubernetes/doom/causes.ts';
import { type Assessment, Assessor } from '../../kubernetes/rollout/assess.ts';
import type { Expectations } from './expectations.ts';
import type { Target } from './targets.ts';

interface Options {
  readonly clock: Clock;
  readonly expectations: Expectations;
  readonly graces: ReadonlyMap<CauseId, number>;
}

/** A target with what was last found out about it. */
export class Watched {
  readonly target: Target;
  readonly assessor: Assessor;
  readonly #clock: Clock;
  #assessment: Assessment = { status: 'unknown', message: 'not yet looked at', findings: [], images: [], oldPods: 0 };
  #changedAt: number;

  constructor(target: Target, { clock, expectations, graces }: Options) {
    const { images, revision } = expectations;
    this.target = target;
    this.#clock = clock;
    this.#changedAt = clock.now();
    this.assessor = new Assessor({ clock, images, revision, graces });
  }

  get assessment(): Assessment {
    return this.#assessment;
  }

  /** Since when it stands as it does, in ms since the epoch. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** Looks again; answers whether anything that a person sees has changed. */
  look(): boolean {
    const { cluster, type, namespace, name } = this.target;
    const { view } = cluster;
    const before = seen(this.#assessment);
    this.#assessment = this.assessor.assess(
      view.get(type, namespace, name),
      view.lastOf(type, namespace, name),
      view.relations(namespace),
    );
    const changed = before !== seen(this.#assessment);
    if (changed) this.#changedAt = this.#clock.now();
    return changed;
  }
}

function seen({ status, message, findings }: Assessment): string {
  return [status, message, findings[0]?.key].join('|');
}
