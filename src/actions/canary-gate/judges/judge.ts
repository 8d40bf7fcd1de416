import type { SampleRound, Sampling } from '../sampling/samples.ts';
import type { Judgment, MetricAssessment } from './judgment.ts';

/** How a sampling becomes a verdict. */
export interface Judge {
  /** Whether the baseline is measured at all. */
  readonly usesBaseline: boolean;
  /** @param sampling the whole, or what there is of it so far */
  judge(sampling: Pick<Sampling, 'rounds' | 'planned'>): Judgment;
  /** The metrics of which, whatever is still to come, it is certain that the verdict will be `fail`; empty while it is not. */
  certainFailures(rounds: readonly SampleRound[], planned: number): readonly MetricAssessment[];
}
