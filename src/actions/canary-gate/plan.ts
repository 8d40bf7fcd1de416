import {
  type GateInputs,
  requireConsistentScores,
  requireEnoughRounds,
  requireInterval,
  requireNoPastRange,
  requirePastRange,
} from './inputs.ts';

/** When to take samples. Times in ms, `start` since the epoch. */
export type SamplingPlan = LivePlan | RetrospectivePlan;

export interface LivePlan {
  readonly mode: 'live';
  readonly delay: number;
  readonly interval: number;
  readonly rounds: number;
}

export interface RetrospectivePlan {
  readonly mode: 'retrospective';
  readonly start: number;
  readonly interval: number;
  readonly rounds: number;
}

/** Plans the sample rounds. @throws ActionError `input-invalid` if the inputs contradict each other */
export function planSampling(inputs: GateInputs, now: number): SamplingPlan {
  requireConsistentScores(inputs);
  requireInterval(inputs);
  const { mode, interval, delay, duration } = inputs;
  if (mode === 'live') {
    requireNoPastRange(inputs);
    return { mode, delay, interval, rounds: requireEnoughRounds(inputs, duration) };
  }
  const { start, end } = requirePastRange(inputs, now);
  return { mode, start, interval, rounds: requireEnoughRounds(inputs, end - start) };
}

/** The time of the last round. */
export function endOf({ start, interval, rounds }: RetrospectivePlan): number {
  return start + rounds * interval;
}
