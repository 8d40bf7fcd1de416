import type { Look, Trial } from '../sampling/samples.ts';
import type { Assessment, Judgement } from './judgment.ts';

/** How a trial becomes a verdict. */
export interface Judge {
  /** Whether the baseline is measured at all. */
  readonly usesBaseline: boolean;
  /** @param trial the whole, or what there is of it so far */
  judge(trial: Pick<Trial, 'looks' | 'planned'>): Judgement;
  /** The metrics of which, whatever is still to come, it is certain that the verdict will be `fail`; empty while it is not. */
  certainFailures(looks: readonly Look[], planned: number): readonly Assessment[];
}
