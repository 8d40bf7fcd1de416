import type { Context, Run } from '../../entry/context.ts';
import { connectClusters } from './cluster/cluster.ts';
import type { contract } from './contract.ts';
import { dryRun } from './dry-run.ts';
import { requireValidRolloutInputs } from './inputs.ts';
import { planWait, type WaitPlan } from './plan.ts';
import type { Diagnoses } from './report/diagnosis.ts';
import { waitFailure } from './report/failure.ts';
import { isFailed } from './report/finished-wait.ts';
import { ProgressLog } from './report/progress-log.ts';
import { reportResult } from './report/result.ts';
import { undoReporter, undoSection } from './report/undo.ts';
import { readExpectations } from './targets/expected/expectations.ts';
import type { Target } from './targets/target.ts';
import type { UndoOutcomes } from './undo/outcome.ts';
import { undoRelease } from './undo/undo-release.ts';
import { Notifier } from './wait/notifier.ts';
import type { WaitResult } from './wait/result.ts';
import { waitForTargets } from './wait/wait.ts';

/** Waits until the targets have rolled out and run the expected image and commit. */
export const run: Run<typeof contract> = async (context) => {
  requireValidRolloutInputs(context.inputs);
  const notifier = new Notifier(context.clock);
  const expectations = readExpectations(context, notifier.notify);
  const clusters = await connectClusters(context, notifier.notify);
  try {
    const plan = await planWait({ clusters, expectations, notifier }, context);
    if (context.inputs.dryRun) await dryRun(plan, context);
    else await waitAndReport(plan, context);
  } finally {
    for (const { connectDeadline } of clusters) connectDeadline.close();
  }
};

/** @throws ActionError for every result but `current`. */
async function waitAndReport(plan: WaitPlan, context: Context<typeof contract>): Promise<void> {
  const { inputs, clock, log } = context;
  const { targets, startedAt } = plan;
  const progress = new ProgressLog({ log, clock, startedAt, targets: targets.map(({ target }) => target) });
  const { timeout, stableFor } = inputs;
  const result = await waitForTargets({ ...plan, clock, progress, timeout, stableFor }, context);
  const wait = { ...plan, result, endedAt: clock.now(), timeout };
  const diagnoses = await reportResult(wait, context);
  if (!isFailed(wait)) return;
  const undoOutcomes = await undoIfWanted(plan, result, diagnoses, context);
  throw waitFailure(wait, diagnoses, undoOutcomes);
}

async function undoIfWanted(
  plan: WaitPlan,
  result: WaitResult,
  diagnoses: Diagnoses,
  context: Context<typeof contract>,
): Promise<UndoOutcomes> {
  const { inputs, clock, log, report } = context;
  if (inputs.onFailure !== 'undo' || (result !== 'failed' && result !== 'timeout')) return new Map();
  const progressOf = (targets: readonly Target[]) => new ProgressLog({ log, clock, startedAt: clock.now(), targets });
  const onOutcome = undoReporter(plan.targets, diagnoses, context);
  const outcomes = await undoRelease({ ...plan, progressOf, onOutcome }, context);
  if (outcomes.size > 0) report.section(undoSection(outcomes));
  return outcomes;
}
