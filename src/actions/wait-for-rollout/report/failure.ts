import { counted } from '../../../core/counted.ts';
import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import { causeOf } from '../../../kubernetes/failures/causes.ts';
import { distinctTitle } from '../targets/target.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import type { UndoOutcomes } from '../undo/outcome.ts';
import type { Diagnoses, Diagnosis } from './diagnosis.ts';
import { decisiveTarget, type FailedWait } from './finished-wait.ts';
import { isLostOnly, lostFailure, lostLines } from './lost.ts';
import { timeoutFailure } from './timeout.ts';
import { undoSentence } from './undo.ts';

/** Last log lines of the container that are quoted in the annotation. */
const MAX_LINES = 5;

const STOPPED = {
  paused: { what: 'is paused', remedy: 'Continue it (promote it, or delete the old pods), then run this job again.' },
  suspended: { what: 'is suspended', remedy: 'Resume it: until then nothing rolls out.' },
  superseded: {
    what: 'was overtaken by a newer release',
    remedy: 'See the run of the newer commit; this run has nothing left to wait for.',
  },
} as const;

/** The error of the step: cause, place, evidence, what was undone, and what to do. */
export function waitFailure(
  wait: FailedWait,
  diagnoses: Diagnoses,
  undoOutcomes: UndoOutcomes = new Map(),
): ActionError {
  const { code, message, remedy } = isLostOnly(wait) ? lostFailure(wait) : failureOf(wait, diagnoses);
  const undoLines = [...undoOutcomes].map(([target, outcome]) => `↩ ${undoSentence(target, outcome)}`);
  const lostOnes = isLostOnly(wait) ? [] : lostLines(wait);
  return new ActionError({ code, message: [message, ...lostOnes, ...undoLines].join('\n'), remedy });
}

function failureOf(wait: FailedWait, diagnoses: Diagnoses): ActionError {
  const { result } = wait;
  const target = decisiveTarget(wait);
  if (!target || result === 'timeout') return timeoutFailure(wait, diagnoses);
  if (result === 'failed') return targetFailure(target, wait, diagnoses.get(target));
  const { what, remedy } = STOPPED[result];
  return new ActionError({
    code: `rollout-${result}`,
    message: `${titleIn(wait, target)} ${what}: ${target.assessment.message}.`,
    remedy,
  });
}

function targetFailure(watched: WatchedTarget, wait: FailedWait, diagnosis: Diagnosis | undefined): ActionError {
  const { cause = 'degraded', message } = watched.assessment;
  const lines = [
    `${titleIn(wait, watched)} can't become ready: ${causeOf(cause).summary}`,
    ...(diagnosis?.cause === cause ? [] : [message]),
    ...(diagnosis ? [diagnosis.path, diagnosis.evidence] : []),
    countsLine(watched, wait, diagnosis),
    ...(diagnosis?.lastLines?.lines.slice(-MAX_LINES).map((line) => `| ${line}`) ?? []),
  ];
  return new ActionError({ code: cause, message: lines.join('\n'), remedy: diagnosis?.hint ?? causeOf(cause).hint });
}

/** `0 of 3 ready · 3 old pods still run · seen after 4.1 s · judged after 14 s` */
function countsLine(
  watched: WatchedTarget,
  { startedAt, endedAt }: FailedWait,
  diagnosis: Diagnosis | undefined,
): string {
  const { ready, total, oldPods } = watched.assessment;
  return [
    ...(ready === undefined || total === undefined ? [] : [`${ready} of ${total} ready`]),
    ...(oldPods > 0 ? [counted(oldPods, 'old pod still runs', 'old pods still run')] : []),
    ...(diagnosis ? [`seen after ${formatDuration(watched.seenSince(diagnosis.finding) - startedAt)}`] : []),
    `judged after ${formatDuration(endedAt - startedAt)}`,
  ].join(' · ');
}

function titleIn({ targets }: FailedWait, { target }: WatchedTarget): string {
  return distinctTitle(
    target,
    targets.map((each) => each.target),
  );
}
