import { ActionError } from '../../../core/error.ts';
import { decisiveTarget, type FinishedWait } from './finished-wait.ts';

/** Whether all targets that could be asked about are current, and the wait failed only because some clusters could not be asked. */
export function isLostOnly(wait: FinishedWait): boolean {
  return wait.lost.length > 0 && wait.result === 'failed' && decisiveTarget(wait) === undefined;
}

/** The clusters that could not be asked, a line for each. */
export function lostLines({ lost }: Pick<FinishedWait, 'lost'>): readonly string[] {
  return lost.map(({ cluster, error }) => `Context ${cluster.context} can't be asked: ${error.message}`);
}

/** The error of a step for which some clusters could not be asked: their causes, and the state of the others. */
export function lostFailure(wait: Pick<FinishedWait, 'targets' | 'lost'>): ActionError {
  const { targets, lost } = wait;
  const current = targets.filter(({ assessment }) => assessment.status === 'current').length;
  return new ActionError({
    code: lost[0]?.error.code ?? 'kubernetes-unreachable',
    message: [...lostLines(wait), `In the other contexts: ${current} of ${targets.length} current.`].join('\n'),
    remedy: lost[0]?.error.remedy ?? '',
  });
}
