import { ActionError } from '../../../core/error.ts';
import { distinguishesArms, type Metric } from '../metric/metric.ts';
import type { GateInputs } from '../plan.ts';
import type { Judge } from './judge.ts';
import { mannWhitneyJudge } from './mann-whitney.ts';
import { thresholdJudge } from './threshold.ts';

/**
 * The judge that the inputs ask for.
 * @param planned rounds that the sampling will have
 * @throws ActionError `config-invalid` where the metrics are not what this judge can decide on
 */
export function openJudge(inputs: GateInputs, metrics: readonly Metric[], planned: number): Judge {
  checkLimits(metrics, planned);
  switch (inputs.judge) {
    case 'mann-whitney':
      checkArms(metrics);
      return mannWhitneyJudge(metrics, inputs);
    case 'threshold':
      checkThresholds(metrics);
      return thresholdJudge(metrics, inputs);
  }
}

function checkArms(metrics: readonly Metric[]): void {
  const same = metrics.find(({ queries }) => !distinguishesArms(queries));
  if (same)
    throw configError(
      `The queries of "${same.name}" ask the same of baseline and canary`,
      'Put {{ arm }} where they differ (track="{{ arm }}"), or give `baseline-query` and `canary-query`.',
    );
}

function checkThresholds(metrics: readonly Metric[]): void {
  const without = metrics.filter(({ threshold }) => threshold === undefined).map(({ name }) => `"${name}"`);
  if (without.length > 0)
    throw configError(
      `The judge \`threshold\` can't decide on ${without.join(', ')}: no \`threshold\` is given`,
      'Give each metric one, such as threshold: "< 0.05", or use the judge `mann-whitney`.',
    );
}

function checkLimits(metrics: readonly Metric[], planned: number): void {
  const idle = metrics.find(({ failureLimit }) => failureLimit !== undefined && failureLimit >= planned);
  if (idle)
    throw configError(
      `"${idle.name}" may violate its threshold ${idle.failureLimit} times in ${planned} rounds, so it could never fail`,
      'Lower `failure-limit`, or leave it away for a tenth of the rounds.',
    );
}

function configError(message: string, remedy: string): ActionError {
  return new ActionError({ code: 'config-invalid', message: `${message}.`, remedy });
}
