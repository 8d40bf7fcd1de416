import { formatDuration } from '../../../core/duration.ts';
import { escapeMarkdown } from '../../../core/markdown.ts';
import type { PlannedContext } from '../../../entry/context.ts';
import { revisionImages } from '../../../kubernetes/undo/history.ts';
import type { contract } from '../contract.ts';
import { targetTitle } from '../targets/target.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import type { UndoOutcome, UndoOutcomes } from '../undo/outcome.ts';
import type { Diagnoses } from './diagnosis.ts';
import type { FinishedWait } from './finished-wait.ts';
import { resourcesOutput } from './outputs.ts';

/** `deployment/shop is back at revision 3 (shop:1.4.1): 3/3 updated and available, after 12 s` */
export function undoSentence({ target }: WatchedTarget, { undone, after }: UndoOutcome): string {
  const title = targetTitle(target);
  if (undone.kind === 'unchanged') return `${title} was not undone: ${undone.reason}`;
  const revision = `revision ${undone.revision.number} (${revisionImages(undone.revision).join(', ')})`;
  if (!after) return `${title} goes back to ${revision}`;
  const end = `${after.message}, after ${formatDuration(after.ms)}`;
  return after.result === 'current'
    ? `${title} is back at ${revision}: ${end}`
    : `${title} was rolled back to ${revision}, but is not current there (${after.result}): ${end}`;
}

/** Reports an outcome as soon as it is known: in the log and in output `resources`. */
export function undoReporter(
  wait: Pick<FinishedWait, 'targets' | 'lost'>,
  diagnoses: Diagnoses,
  { report, log }: Pick<PlannedContext<typeof contract>, 'report' | 'log'>,
) {
  return (target: WatchedTarget, outcome: UndoOutcome, outcomes: UndoOutcomes): void => {
    report.set({ resources: resourcesOutput(wait, diagnoses, outcomes) });
    log.info(`↩ ${undoSentence(target, outcome)}`);
  };
}

/** The section of the job summary. */
export function undoSection(outcomes: UndoOutcomes): string {
  return [
    '**Undone on failure**',
    ...[...outcomes].map(([target, outcome]) => `- ${escapeMarkdown(undoSentence(target, outcome))}`),
  ].join('\n');
}
