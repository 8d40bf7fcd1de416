import type { Context } from '../../action/context.ts';
import { formatDuration } from '../../action/duration.ts';
import { counted } from '../../action/wording.ts';
import { imageRepository } from '../../image/reference.ts';
import { showLastLines, trafficOf } from './announce.ts';
import type { Cluster } from './cluster.ts';
import type { contract } from './contract.ts';
import type { Expectations } from './expectations.ts';
import { failureOf, reasonOf } from './failure.ts';
import { resourcesOf, summaryOf } from './summary.ts';
import type { Result } from './wait.ts';
import type { Watched } from './watched.ts';

interface Story {
  readonly clusters: readonly Cluster[];
  readonly watched: readonly Watched[];
  readonly expectations: Expectations;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Tells how the wait has ended: outputs, summary, record, log. @throws ActionError for every result but `current`. */
export async function conclude(result: Result, story: Story, context: Context<typeof contract>): Promise<void> {
  const { inputs, report, log, clock } = context;
  const { clusters, watched, expectations, startedAt } = story;
  const waited = clock.now() - startedAt;
  const failure =
    result === 'current'
      ? undefined
      : failureOf({
          result,
          targets: watched,
          expectations,
          now: startedAt + waited,
          startedAt,
          timeout: inputs.timeout,
        });
  const message = failure?.message.split('\n')[0] ?? `${watched.length} of ${watched.length} current`;
  const reason = reasonOf(watched, result);
  report.set({ result, reason, message, duration: waited / 1000, resources: resourcesOf(watched) });
  report.detail({ result, reason, targets: watched.length, waitedMs: waited });
  const [image] = expectations.images;
  if (image) report.subject({ image: imageRepository(image.reference), digest: image.digest });
  const lastLines = await showLastLines({ watched, result, context });
  report.section(summaryOf({ result, targets: watched, expectations, waited, lastLines }));
  if (failure) throw failure;
  log.info(`✓ ${message} after ${formatDuration(waited)} (${trafficOf(clusters)})`);
}

/** Tells what would be waited for, and how it stands; decides nothing. */
export function rehearse({ watched, expectations }: Story, { report, log }: Context<typeof contract>): void {
  const current = watched.filter(({ assessment }) => assessment.status === 'current').length;
  const message = `${counted(watched.length, 'target')} would be waited for, ${current} of them current now`;
  report.set({ reason: 'dry-run', message, resources: resourcesOf(watched) });
  report.section(summaryOf({ result: 'dry run', targets: watched, expectations, waited: 0, lastLines: undefined }));
  report.detail({ dryRun: true, targets: watched.length });
  log.info(`✓ ${message} (dry run, nothing was decided)`);
}
