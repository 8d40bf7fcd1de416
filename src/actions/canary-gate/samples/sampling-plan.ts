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

/** The time of the last round. */
export function endOf({ start, interval, rounds }: RetrospectivePlan): number {
  return start + rounds * interval;
}
