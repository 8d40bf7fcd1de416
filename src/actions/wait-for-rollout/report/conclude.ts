import { counted } from '../../../core/counted.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { Context } from '../../../entry/context.ts';
import { imageRepository } from '../../../image/reference.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { contract } from '../contract.ts';
import type { Expectations } from '../targets/expected/expectations.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import { type UndoOutcomes, undoRelease } from '../undo/undo-release.ts';
import type { Notifier } from '../wait/notifier.ts';
import type { WaitResult } from '../wait/wait.ts';
import { describeTraffic } from './announce.ts';
import { type Diagnoses, diagnose, withLastLines } from './diagnosis.ts';
import { decisiveTarget, type Ending, waitFailure, waitReason } from './failure.ts';
import { resourcesOf, undoSection, waitSummary } from './summary.ts';

interface Story {
  readonly clusters: readonly Cluster[];
  readonly watched: readonly WatchedTarget[];
  readonly expectations: Expectations;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly wakeup: Notifier;
}

/** Tells how the wait has ended: outputs, summary, record, log. @throws ActionError for every result but `current`. */
export async function reportResult(result: WaitResult, story: Story, context: Context<typeof contract>): Promise<void> {
  const { inputs, report, log, clock } = context;
  const { clusters, watched: targets, expectations, startedAt } = story;
  const waited = clock.now() - startedAt;
  const found = diagnose(targets);
  const ending = { result, targets, expectations, startedAt, now: startedAt + waited, timeout: inputs.timeout };
  const reason = waitReason(targets, result);
  const message = messageOf(ending, found);
  // What is known is written down before anything else is asked for.
  report.set({ result, reason, message, duration: waited / 1000, resources: resourcesOf(targets, found) });
  report.detail({ result, reason, targets: targets.length, waitedMs: waited });
  const [image] = expectations.images;
  if (image) report.subject({ image: imageRepository(image.reference), digest: image.digest });
  const diagnoses = await withLastLines(found, decisiveTarget(targets, result), context);
  report.set({ resources: resourcesOf(targets, diagnoses) });
  report.section(waitSummary({ result, targets, expectations, diagnoses, startedAt, waited }));
  if (result !== 'current') {
    const isUndone = inputs.onFailure === 'undo' && (result === 'failed' || result === 'timeout');
    const tell = (outcomes: UndoOutcomes) => report.set({ resources: resourcesOf(targets, diagnoses, outcomes) });
    const undone: UndoOutcomes = isUndone ? await undoRelease(story, context, tell) : new Map();
    if (undone.size > 0) report.section(undoSection(undone));
    throw waitFailure({ ...ending, result }, diagnoses, undone);
  }
  log.info(`✓ ${message} after ${formatDuration(waited)} (${describeTraffic(clusters)})`);
}

function messageOf(
  { result, ...ending }: Omit<Ending, 'result'> & { result: WaitResult },
  diagnoses: Diagnoses,
): string {
  if (result === 'current') return `${ending.targets.length} of ${ending.targets.length} current`;
  const [first = '', second = ''] = waitFailure({ ...ending, result }, diagnoses).message.split('\n');
  return first.endsWith(':') ? `${first} ${second}` : first;
}

/** Tells what would be waited for, and how it stands; decides nothing. */
export function reportDryRun(
  { watched, expectations, startedAt }: Story,
  { report, log }: Context<typeof contract>,
): void {
  const current = watched.filter(({ assessment }) => assessment.status === 'current').length;
  const message = `${counted(watched.length, 'target')} would be waited for, ${current} of them current now`;
  const diagnoses = diagnose(watched);
  report.set({ reason: 'dry-run', message, resources: resourcesOf(watched, diagnoses) });
  report.section(waitSummary({ result: 'dry run', targets: watched, expectations, diagnoses, startedAt, waited: 0 }));
  report.detail({ dryRun: true, targets: watched.length });
  log.info(`✓ ${message} (dry run, nothing was decided)`);
}
