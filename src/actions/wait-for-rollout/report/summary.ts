import { defined } from '../../../core/defined.ts';
import { formatDuration } from '../../../core/duration.ts';
import { code, codeBlock, details, escapeMarkdown, table } from '../../../core/markdown.ts';
import { shortDigest } from '../../../image/digest.ts';
import { formatReference, imageRepository } from '../../../image/reference.ts';
import type { Expectations } from '../expectations.ts';
import { titleOf } from '../targets/target.ts';
import { sentenceOf, type UndoOutcomes, undoJson } from '../undo.ts';
import type { Result } from '../wait.ts';
import type { Watched } from '../watched.ts';
import { type Diagnoses, type Diagnosis, jsonOf, titleOf as titleOfLines } from './diagnosis.ts';
import { timelineOf } from './timeline.ts';

interface Story {
  readonly result: Result | 'dry run';
  readonly targets: readonly Watched[];
  readonly expectations: Expectations;
  readonly diagnoses: Diagnoses;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly waited: number;
}

const MARKS: Readonly<Record<string, string>> = { current: '✓ current', failed: '✗ failed' };
/** So many targets are told with all that is known. */
const TOLD = 10;

/** The section of the job summary: what was waited for, how each target stands, why, and how it came to that. */
export function summaryOf(story: Story): string {
  const { result, targets, expectations, diagnoses, startedAt, waited } = story;
  const rows = targets.map((watched) => rowOf(watched, diagnoses.get(watched)));
  const expected = [
    ...expectations.images.map(({ reference, digest }) => code(`${imageRepository(reference)}@${shortDigest(digest)}`)),
    ...(expectations.revision ? [`commit ${code(expectations.revision.commit.slice(0, 9))}`] : []),
  ];
  const timeline = result === 'dry run' ? undefined : timelineOf(targets, startedAt, startedAt + waited);
  return [
    `### wait-for-rollout: ${result}${result === 'dry run' ? '' : ` after ${formatDuration(waited)}`}`,
    ...(expected.length > 0 ? [`Expected: ${expected.join(', ')}`] : []),
    table(['target', 'where', 'status', 'ready', ''], rows),
    ...[...diagnoses.values()].slice(0, TOLD).map(diagnosisSection),
    ...(timeline ? [details('Timeline', timeline)] : []),
  ].join('\n\n');
}

function rowOf({ target, assessment }: Watched, diagnosis: Diagnosis | undefined): string[] {
  return [
    code(titleOf(target)),
    escapeMarkdown([target.namespace, target.cluster.context].filter(Boolean).join(', ')),
    MARKS[assessment.status] ?? `… ${assessment.status}`,
    assessment.total === undefined ? '–' : `${assessment.ready ?? 0}/${assessment.total}`,
    escapeMarkdown([assessment.message, ...(diagnosis ? [diagnosis.evidence] : [])].join('; ')),
  ];
}

function diagnosisSection({ path, cause, evidence, events, lastLines, hint }: Diagnosis): string {
  const told = events.map(({ at, reason, message }) => [
    new Date(at).toISOString().slice(11, 19),
    escapeMarkdown(reason),
    escapeMarkdown(message),
  ]);
  return [
    `**${escapeMarkdown(path)}** (${code(cause)})<br>${escapeMarkdown(evidence)}<br>→ ${escapeMarkdown(hint)}`,
    ...(told.length > 0 ? [details('Events', table(['time (UTC)', 'event', ''], told))] : []),
    ...(lastLines ? [details(titleOfLines(lastLines), codeBlock(lastLines.lines.join('\n')))] : []),
  ].join('\n\n');
}

/** What was taken back, and what not. */
export function undoSection(undone: UndoOutcomes): string {
  return ['**Undone on failure**', ...[...undone].map((each) => `- ${escapeMarkdown(sentenceOf(...each))}`)].join('\n');
}

/** The entries of the output `resources`. */
export function resourcesOf(targets: readonly Watched[], diagnoses: Diagnoses, undone: UndoOutcomes = new Map()) {
  return targets.map((watched) => {
    const { target, assessment } = watched;
    const { status, message, cause, ready, total, images } = assessment;
    const diagnosis = diagnoses.get(watched);
    const undo = undone.get(watched);
    return {
      context: target.cluster.context,
      namespace: target.namespace,
      kind: target.type.kind,
      name: target.name,
      status,
      reason: cause ?? status,
      message,
      ...defined({ ready, total }),
      images: images.map(({ expected, proof }) => ({ expected: formatReference(expected.reference), ...proof })),
      ...(diagnosis ? { evidence: jsonOf(diagnosis) } : {}),
      ...(undo ? { undo: undoJson(undo) } : {}),
    };
  });
}
