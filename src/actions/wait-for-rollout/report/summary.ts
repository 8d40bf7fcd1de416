import { formatDuration } from '../../../core/duration.ts';
import { code, codeBlock, details, escapeMarkdown, table } from '../../../core/markdown.ts';
import type { LostCluster } from '../cluster/reach.ts';
import { targetTitle } from '../targets/target.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import { shortImage } from './announce.ts';
import { type Diagnoses, type Diagnosis, lastLinesTitle } from './diagnosis.ts';
import type { FinishedWait } from './finished-wait.ts';
import { timelineChart } from './timeline.ts';

interface Content extends Pick<FinishedWait, 'targets' | 'lost' | 'expectations'> {
  /** Undefined for a dry run. */
  readonly finished: Pick<FinishedWait, 'result' | 'startedAt' | 'endedAt'> | undefined;
  readonly diagnoses: Diagnoses;
}

const MARKS: Readonly<Record<string, string>> = { current: '✓ current', failed: '✗ failed' };
/** Diagnoses with a section of their own. */
const MAX_DIAGNOSES = 10;

/** The section of the job summary: what was expected, the state of each target with its evidence, and a timeline. */
export function waitSummary({ finished, targets, lost, expectations, diagnoses }: Content): string {
  const rows = [...targets.map((watched) => rowOf(watched, diagnoses.get(watched))), ...lost.map(lostRow)];
  const { expectedImages, expectedRevision } = expectations;
  const expected = [
    ...expectedImages.map((image) => code(shortImage(image))),
    ...(expectedRevision ? [`commit ${code(expectedRevision.commit.slice(0, 9))}`] : []),
  ];
  const timeline = finished && timelineChart(targets, finished.startedAt, finished.endedAt);
  return [
    finished
      ? `### wait-for-rollout: ${finished.result} after ${formatDuration(finished.endedAt - finished.startedAt)}`
      : '### wait-for-rollout: dry run',
    ...(expected.length > 0 ? [`Expected: ${expected.join(', ')}`] : []),
    table(['target', 'place', 'status', 'ready', ''], rows),
    ...[...diagnoses.values()].slice(0, MAX_DIAGNOSES).map(diagnosisSection),
    ...(timeline ? [details('Timeline', timeline)] : []),
  ].join('\n\n');
}

function rowOf({ target, assessment }: WatchedTarget, diagnosis: Diagnosis | undefined): string[] {
  return [
    code(targetTitle(target)),
    escapeMarkdown([target.namespace, target.cluster.context].filter(Boolean).join(', ')),
    MARKS[assessment.status] ?? `… ${assessment.status}`,
    assessment.total === undefined ? '–' : `${assessment.ready ?? 0}/${assessment.total}`,
    escapeMarkdown([assessment.message, ...(diagnosis ? [diagnosis.evidence] : [])].join('; ')),
  ];
}

function lostRow({ cluster, error }: LostCluster): string[] {
  return ['–', escapeMarkdown(cluster.context), '✗ not reached', '–', escapeMarkdown(error.message)];
}

function diagnosisSection({ path, cause, evidence, events, lastLines, hint }: Diagnosis): string {
  const rows = events.map(({ at, reason, message }) => [
    new Date(at).toISOString().slice(11, 19),
    escapeMarkdown(reason),
    escapeMarkdown(message),
  ]);
  return [
    `**${escapeMarkdown(path)}** (${code(cause)})<br>${escapeMarkdown(evidence)}<br>→ ${escapeMarkdown(hint)}`,
    ...(rows.length > 0 ? [details('Events', table(['time (UTC)', 'event', ''], rows))] : []),
    ...(lastLines ? [details(lastLinesTitle(lastLines), codeBlock(lastLines.lines.join('\n')))] : []),
  ].join('\n\n');
}
