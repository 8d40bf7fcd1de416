import type { Plugin } from '../../../core/plugins.ts';
import type { Metric } from '../metric/metric.ts';
import type { SampleRound, Sampling } from '../samples/samples.ts';
import type { Judgment } from './judgment.ts';
import type { ScoreThresholds } from './scoring.ts';

/** One judge in the list of judges.ts, which gives it its name. */
export interface JudgePlugin extends Plugin {
  /** Whether it compares the canary with the baseline, so that both are measured. */
  readonly usesBaseline: boolean;
  /** Whether it needs `minSamples` samples of each arm. */
  readonly usesMinSamples: boolean;
  /** @throws ActionError `config-invalid` if it can't decide on these metrics */
  readonly open: (metrics: readonly Metric[], settings: JudgeSettings) => Judge;
}

export interface JudgeSettings extends ScoreThresholds {
  readonly minSamples: number;
}

/** Turns samples into a verdict. */
export interface Judge {
  judge(sampling: Pick<Sampling, 'rounds' | 'planned'>): Judgment;
  /** Whether the verdict will be `fail` whatever the remaining rounds bring. */
  hasCertainlyFailed(rounds: readonly SampleRound[], planned: number): boolean;
}
