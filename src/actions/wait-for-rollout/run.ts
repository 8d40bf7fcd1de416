import type { PlannedContext, Run } from '../../entry/context.ts';
import { connectClusters } from './cluster/cluster.ts';
import type { contract } from './contract.ts';
import { dryRun } from './dry-run.ts';
import { requireValidRolloutInputs } from './inputs.ts';
import { planRollout, type RolloutPlan } from './plan.ts';
import { announceTargets } from './report/announce.ts';
import type { Diagnoses } from './report/diagnosis.ts';
import { waitFailure } from './report/failure.ts';
import { isFailed } from './report/finished-wait.ts';
import { ProgressLog } from './report/progress-log.ts';
import { reportResult } from './report/result.ts';
import { undoReporter, undoSection } from './report/undo.ts';
import { waitForVerdict } from './report/verdict.ts';
import { expectationsOf } from './targets/expected/expectations.ts';
import { findTargets } from './targets/find-targets.ts';
import { requireProvable } from './targets/image-use.ts';
import type { Target } from './targets/target.ts';
import { targetsOf, watchTargets } from './targets/watch-targets.ts';
import type { UndoOutcomes } from './undo/outcome.ts';
import { requireUndoable } from './undo/require-undoable.ts';
import { undoRelease } from './undo/undo-release.ts';
import { Notifier } from './wait/notifier.ts';
import type { PreparedWait } from './wait/prepared-wait.ts';

/** Waits until the targets have rolled out and run the expected image and commit. */
export const run: Run<typeof contract> = async ({ inputs, ...context }) => {
  requireValidRolloutInputs(inputs);
  const plan = planRollout(inputs);
  const notifier = new Notifier(context.clock);
  const expectations = expectationsOf(plan.expected, context, notifier.notify);
  const clusters = await connectClusters(plan.clusters, context, notifier.notify);
  try {
    const startedAt = context.clock.now();
    const found = await findTargets(plan.targets, clusters, context);
    requireProvable(found.found, expectations);
    announceTargets(found.found, expectations, context.log);
    const { leftOut } = plan.targets;
    const watch = { expectations, graces: plan.graces, leftOut, onChange: notifier.notify };
    const watched = await watchTargets(found, watch, context);
    if (plan.onFailure === 'undo') await requireUndoable(targetsOf(watched), context);
    const wait = { ...watched, expectations, notifier, startedAt };
    if (plan.dryRun) await dryRun(wait, context);
    else await waitAndReport(plan, wait, context);
  } finally {
    for (const { connectDeadline } of clusters) connectDeadline.close();
  }
};

/** @throws ActionError for every result but `current`. */
async function waitAndReport(
  plan: RolloutPlan,
  prepared: PreparedWait,
  context: PlannedContext<typeof contract>,
): Promise<void> {
  const { timeout, stableFor, logLines } = plan;
  const progress = new ProgressLog(targetsOf(prepared), prepared.startedAt, context);
  const result = await waitForVerdict({ ...prepared, timeout, stableFor, progress }, context);
  const wait = { ...prepared, result, endedAt: context.clock.now(), timeout };
  const diagnoses = await reportResult(wait, logLines, context);
  if (!isFailed(wait)) return;
  const undoes = plan.onFailure === 'undo' && (result === 'failed' || result === 'timeout');
  const undoOutcomes = undoes ? await undoAndReport(plan, prepared, diagnoses, context) : undefined;
  throw waitFailure(wait, diagnoses, undoOutcomes);
}

async function undoAndReport(
  { graces, timeout }: RolloutPlan,
  prepared: PreparedWait,
  diagnoses: Diagnoses,
  context: PlannedContext<typeof contract>,
): Promise<UndoOutcomes> {
  const progressOf = (targets: readonly Target[]) => new ProgressLog(targets, context.clock.now(), context);
  const onOutcome = undoReporter(prepared, diagnoses, context);
  const outcomes = await undoRelease({ ...prepared, graces, timeout, progressOf, onOutcome }, context);
  if (outcomes.size > 0) context.report.section(undoSection(outcomes));
  return outcomes;
}
