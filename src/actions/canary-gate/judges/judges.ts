import type { Metric } from '../metric/metric.ts';
import { configError } from './config-error.ts';
import type { Judge, JudgePlugin, JudgeSettings } from './judge.ts';
import { mannWhitney } from './mann-whitney.ts';
import { threshold } from './threshold.ts';

/** Every judge by the name that users type. A new judge is a file of its own and one line here. */
export const JUDGES = { 'mann-whitney': mannWhitney, threshold } as const satisfies Readonly<
  Record<string, JudgePlugin>
>;

export type JudgeName = keyof typeof JUDGES;

/** A judge of the metrics of a run. */
export interface SelectedJudge extends Judge {
  readonly name: JudgeName;
  readonly usesBaseline: boolean;
}

/**
 * Opens a judge for these metrics.
 * @param planned number of sample rounds
 * @throws ActionError `config-invalid` if the judge can't decide on them
 */
export function openJudge(
  name: JudgeName,
  metrics: readonly Metric[],
  settings: JudgeSettings,
  planned: number,
): SelectedJudge {
  requireReachableLimits(metrics, planned);
  const { usesBaseline, open } = JUDGES[name];
  const judge = open(metrics, settings);
  return {
    name,
    usesBaseline,
    judge: (sampling) => judge.judge(sampling),
    hasCertainlyFailed: (rounds, count) => judge.hasCertainlyFailed(rounds, count),
  };
}

function requireReachableLimits(metrics: readonly Metric[], planned: number): void {
  const unreachable = metrics.find(({ failureLimit }) => failureLimit !== undefined && failureLimit >= planned);
  if (unreachable)
    throw configError(
      `"${unreachable.name}" may violate its threshold ${unreachable.failureLimit} times in ${planned} sample rounds, so it could never fail`,
      'Lower `failure-limit`, or leave it out to allow a tenth of the rounds.',
    );
}
