import { counted } from '../../../core/counted.ts';
import { formatDuration } from '../../../core/duration.ts';
import { ActionError } from '../../../core/error.ts';
import { imageRepository } from '../../../image/reference.ts';
import { causeOf } from '../../../kubernetes/failures/causes.ts';
import type { Expectations } from '../expectations.ts';
import { placeOf } from '../targets/target.ts';
import { sentenceOf, type UndoOutcomes } from '../undo.ts';
import { type Result, usesOf, withoutImage } from '../wait.ts';
import type { Watched } from '../watched.ts';
import type { Diagnoses, Diagnosis } from './diagnosis.ts';

export interface Ending {
  readonly result: Exclude<Result, 'current'>;
  readonly targets: readonly Watched[];
  readonly expectations: Expectations;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly startedAt: number;
  readonly timeout: number;
}

/** So many targets, and last lines of a container, stand in the annotation. */
const NAMED = 20;
const QUOTED = 5;

/** The target that decided: the first that failed, or that ended otherwise than current. */
export function culprit(targets: readonly Watched[], result: Result): Watched | undefined {
  const status = result === 'timeout' ? undefined : result;
  return targets.find(({ assessment }) => (status ? assessment.status === status : assessment.status !== 'current'));
}

/** Stable word for the output `reason`. */
export function reasonOf(targets: readonly Watched[], result: Result): string {
  return (result === 'failed' ? culprit(targets, result)?.assessment.cause : undefined) ?? result;
}

/** Why the step fails: what, where, the evidence, and what to do. */
export function failureOf(ending: Ending, diagnoses: Diagnoses, undone: UndoOutcomes = new Map()): ActionError {
  const { code, message, remedy } = plainFailure(ending, diagnoses);
  const taken = [...undone].map(([watched, outcome]) => `↩ ${sentenceOf(watched, outcome)}`);
  return new ActionError({ code, message: [message, ...taken].join('\n'), remedy });
}

function plainFailure(ending: Ending, diagnoses: Diagnoses): ActionError {
  const { result, targets } = ending;
  const target = culprit(targets, result);
  if (!target || result === 'timeout') return timedOut(ending, diagnoses);
  if (result === 'failed') return failed(target, ending, diagnoses.get(target));
  const title = titleIn(ending, target);
  const { message } = target.assessment;
  const words = {
    paused: { what: 'is paused', remedy: 'Let it go on (promote, or delete the old pods), then run this job again.' },
    suspended: { what: 'is suspended', remedy: 'Resume it: nothing rolls out before.' },
    superseded: {
      what: 'was overtaken by a newer release',
      remedy: 'The run of the newer commit tells how that one goes; this one has nothing left to wait for.',
    },
  }[result];
  return new ActionError({
    code: `rollout-${result}`,
    message: `${title} ${words.what}: ${message}.`,
    remedy: words.remedy,
  });
}

function titleIn({ targets }: Ending, { target }: Watched): string {
  return placeOf(
    target,
    targets.map((each) => each.target),
  );
}

function failed(watched: Watched, ending: Ending, diagnosis: Diagnosis | undefined): ActionError {
  const { assessment, assessor } = watched;
  const { now, startedAt } = ending;
  const { cause = 'degraded', message } = assessment;
  const seenAfter = diagnosis && formatDuration(assessor.since(diagnosis.finding) - startedAt);
  const lines = [
    `${titleIn(ending, watched)} can't become ready: ${causeOf(cause).summary}`,
    ...(diagnosis ? [diagnosis.path, diagnosis.evidence] : [message]),
    countsLine(assessment, seenAfter, now - startedAt),
    ...(diagnosis?.lastLines?.lines.slice(-QUOTED).map((line) => `| ${line}`) ?? []),
  ];
  return new ActionError({ code: cause, message: lines.join('\n'), remedy: diagnosis?.hint ?? causeOf(cause).hint });
}

/** `0 of 3 pods ready · 3 old pods still run · seen after 9 s` */
function countsLine(
  { ready, total, oldPods }: Watched['assessment'],
  seenAfter: string | undefined,
  waited: number,
): string {
  return [
    ...(ready === undefined || total === undefined ? [] : [`${ready} of ${total} ready`]),
    ...(oldPods > 0 ? [counted(oldPods, 'old pod still runs', 'old pods still run')] : []),
    ...(seenAfter === undefined ? [] : [`seen after ${seenAfter}`]),
    `judged after ${formatDuration(waited)}`,
  ].join(' · ');
}

function timedOut(ending: Ending, diagnoses: Diagnoses): ActionError {
  const { targets, expectations, now, timeout } = ending;
  const late = targets.filter(({ assessment }) => assessment.status !== 'current');
  const lines = late.slice(0, NAMED).map((each) => {
    const { assessment, changedAt } = each;
    const diagnosis = diagnoses.get(each);
    const trouble = diagnosis ? `\n  ${diagnosis.path}\n  ${diagnosis.evidence}` : '';
    return `${titleIn(ending, each)}: ${assessment.message} (for ${formatDuration(now - changedAt)})${trouble}`;
  });
  if (late.length > NAMED) lines.push(`and ${late.length - NAMED} more, in the summary and the output \`resources\``);
  const first = late.flatMap((each) => diagnoses.get(each) ?? [])[0];
  const unused = expectations.images.filter((image) => usesOf(image, targets).every((use) => use === 'unused'));
  for (const { reference } of unused)
    lines.push(`no target uses ${imageRepository(reference)}; they use ${usedBy(targets)}`);
  const others = withoutImage(targets).filter((each) => !late.includes(each));
  for (const each of others)
    lines.push(`${titleIn(ending, each)} uses no expected image, as it does elsewhere; it uses ${usedBy([each])}`);
  if (lines.length === 0)
    lines.push(
      'all targets were current when they were last seen, but not for long enough (stable-for), or the cluster could not be asked whether they still are',
    );
  const missing = late.length + others.length;
  const what = missing > 0 ? `${missing} of ${targets.length} not current` : 'current, but not proven';
  return new ActionError({
    code: 'rollout-timeout',
    message: [`${what} within ${formatDuration(timeout)}:`, ...lines].join('\n'),
    remedy:
      first?.hint ??
      (missing === 0 && unused.length > 0
        ? 'Compare `image` with the images in the specs of the targets, or add the workload that uses it to `resources`.'
        : 'What is still missing stands above; where it only needs longer, raise `timeout`.'),
  });
}

/** The repositories of the images that the targets do use. */
function usedBy(targets: readonly Watched[]): string {
  const proofs = targets.flatMap(({ assessment }) => assessment.images.map(({ proof }) => proof));
  const names = proofs.flatMap((proof) => (proof.kind === 'unused' ? proof.repositories : []));
  return [...new Set(names)].join(', ') || 'none';
}
