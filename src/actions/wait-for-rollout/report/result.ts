import { formatDuration } from '../../../core/duration.ts';
import type { PlannedContext } from '../../../entry/context.ts';
import { imageRepository } from '../../../image/reference.ts';
import type { contract } from '../contract.ts';
import { describeTraffic } from './announce.ts';
import { type Diagnoses, diagnose, withLastLines } from './diagnosis.ts';
import { waitFailure } from './failure.ts';
import { decisiveTarget, type FinishedWait, isFailed, waitReason } from './finished-wait.ts';
import { resourcesOutput } from './outputs.ts';
import { waitSummary } from './summary.ts';

/** How long logs may take when the time of the wait is over, in ms. */
const MIN_LOG_TIME = 1000;

/** Reports a finished wait: outputs, delivery record, summary, log. @returns the diagnoses of the targets that are not current. */
export async function reportResult(
  wait: FinishedWait,
  logLines: number,
  context: PlannedContext<typeof contract>,
): Promise<Diagnoses> {
  const { report, log } = context;
  const { result, targets, lost, expectations, startedAt, endedAt } = wait;
  const waitedMs = endedAt - startedAt;
  const found = diagnose(targets);
  const reason = waitReason(wait);
  const message = resultMessage(wait, found);
  // Set before the logs are read: the job may be cancelled during that.
  report.set({ result, reason, message, duration: waitedMs / 1000, resources: resourcesOutput(wait, found) });
  report.detail({ result, reason, targets: targets.length, waitedMs });
  const [expectedImage] = expectations.expectedImages;
  if (expectedImage) report.subject({ image: imageRepository(expectedImage.reference), digest: expectedImage.digest });
  const timeout = Math.max(MIN_LOG_TIME, startedAt + wait.timeout - endedAt);
  const diagnoses = await withLastLines(found, { decisive: decisiveTarget(wait), lines: logLines, timeout }, context);
  report.set({ resources: resourcesOutput(wait, diagnoses) });
  report.section(waitSummary({ finished: wait, targets, lost, expectations, diagnoses }));
  if (!isFailed(wait)) log.info(`✓ ${message} after ${formatDuration(waitedMs)} (${describeTraffic(wait.clusters)})`);
  return diagnoses;
}

/** `3 of 3 current`, or the first line of the failure. */
function resultMessage(wait: FinishedWait, diagnoses: Diagnoses): string {
  if (!isFailed(wait)) return `${wait.targets.length} of ${wait.targets.length} current`;
  const [first = '', second = ''] = waitFailure(wait, diagnoses).message.split('\n');
  return first.endsWith(':') ? `${first} ${second}` : first;
}
