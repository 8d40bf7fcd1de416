import { counted } from '../../core/counted.ts';
import type { PlannedContext } from '../../entry/context.ts';
import { warnOfMissingAccess } from './cluster/access.ts';
import type { contract } from './contract.ts';
import { diagnose } from './report/diagnosis.ts';
import { lostFailure } from './report/lost.ts';
import { resourcesOutput } from './report/outputs.ts';
import { ProgressLog } from './report/progress-log.ts';
import { waitSummary } from './report/summary.ts';
import { targetsOf } from './targets/watch-targets.ts';
import type { PreparedWait } from './wait/prepared-wait.ts';
import { assessTargets } from './wait/wait.ts';

/** Assesses the targets once, and reports what the wait would wait for. */
export async function dryRun(wait: PreparedWait, context: PlannedContext<typeof contract>): Promise<void> {
  const { clusters, targets, lost, expectations, startedAt } = wait;
  const { log, report } = context;
  await Promise.all(clusters.map((cluster) => warnOfMissingAccess(cluster, context)));
  assessTargets(targets, new ProgressLog(targetsOf(wait), startedAt, context));
  const current = targets.filter(({ assessment }) => assessment.status === 'current').length;
  const message = `Would wait for ${counted(targets.length, 'target')}; ${current} of them current now`;
  const diagnoses = diagnose(targets);
  report.set({ reason: 'dry-run', message, resources: resourcesOutput(wait, diagnoses) });
  report.section(waitSummary({ finished: undefined, targets, lost, expectations, diagnoses }));
  report.detail({ dryRun: true, targets: targets.length });
  if (lost.length > 0) throw lostFailure(wait);
  log.info(`✓ ${message} (dry run: nothing was decided)`);
}
