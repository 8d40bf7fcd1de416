import type { Cluster } from '../cluster/cluster.ts';
import type { LostCluster } from '../cluster/reach.ts';
import type { Expectations } from '../targets/expected/expectations.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import type { WaitResult } from '../wait/result.ts';

/** A wait that has come to a result. */
export interface FinishedWait<Result extends WaitResult = WaitResult> {
  readonly result: Result;
  readonly clusters: readonly Cluster[];
  readonly targets: readonly WatchedTarget[];
  /** Clusters that took no part in it. */
  readonly lost: readonly LostCluster[];
  readonly expectations: Expectations;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** In ms. */
  readonly timeout: number;
}

export type FailedWait = FinishedWait<Exclude<WaitResult, 'current'>>;

export function isFailed(wait: FinishedWait): wait is FailedWait {
  return wait.result !== 'current';
}

/** The target that decided the result: the first that failed, or that has the status of the result. */
export function decisiveTarget({
  targets,
  result,
}: Pick<FinishedWait, 'targets' | 'result'>): WatchedTarget | undefined {
  const status = result === 'timeout' ? undefined : result;
  return targets.find(({ assessment }) => (status ? assessment.status === status : assessment.status !== 'current'));
}

/** For output `reason`. */
export function waitReason(wait: FinishedWait): string {
  if (wait.result !== 'failed') return wait.result;
  const target = decisiveTarget(wait);
  return (target ? target.assessment.cause : wait.lost[0]?.error.code) ?? wait.result;
}
