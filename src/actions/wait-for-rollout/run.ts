import type { Context, Run } from '../../entry/context.ts';
import { listResources, warnOfMissingAccess } from './cluster/access.ts';
import { type Cluster, connectClusters } from './cluster/cluster.ts';
import { whileWatching } from './cluster/while-watching.ts';
import type { contract } from './contract.ts';
import { announceTargets } from './report/announce.ts';
import { reportDryRun, reportResult } from './report/conclude.ts';
import { ProgressLog } from './report/progress.ts';
import { type Expectations, expectationsOfManaged, readExpectations } from './targets/expected/expectations.ts';
import { findTargets, observeTargets, requireProvable, requireTargets } from './targets/find-targets.ts';
import { ManagedTargets, type Watch } from './targets/managed-targets.ts';
import { WatchedTarget } from './targets/watched-target.ts';
import { requireUndoable } from './undo/require-undoable.ts';
import { Notifier } from './wait/notifier.ts';
import { assessOnce, assessTargets, waitForResult } from './wait/wait.ts';

export const run: Run<typeof contract> = async (context) => {
  requireTargets(context.inputs);
  const wakeup = new Notifier(context.clock);
  const expectations = readExpectations(context, wakeup.notify);
  const clusters = await connectClusters(context, wakeup.notify);
  try {
    await waitIn(clusters, { expectations, wakeup }, context);
  } finally {
    for (const { connectDeadline } of clusters) connectDeadline.abandon();
  }
};

async function waitIn(
  clusters: readonly Cluster[],
  { expectations, wakeup }: { readonly expectations: Expectations; readonly wakeup: Notifier },
  context: Context<typeof contract>,
): Promise<void> {
  const { inputs, log, clock, signal } = context;
  const { timeout, stableFor } = inputs;
  const startedAt = clock.now();
  const targets = await findTargets(inputs, clusters, context);
  requireProvable(targets, expectations);
  observeTargets(targets);
  announceTargets(targets, expectations, log);
  await Promise.all(clusters.map((cluster) => listResources(cluster, context)));
  const graces = new Map(inputs.grace.map(({ cause, ms }) => [cause, ms]));
  const ofBrought = expectationsOfManaged(targets, expectations);
  const watch: Watch = (target, hold) => new WatchedTarget(target, { clock, expectations: ofBrought, graces, hold });
  const watched = targets.map((target) => new WatchedTarget(target, { clock, expectations, graces }));
  const tree = new ManagedTargets({ watched, watch, onChange: wakeup.notify }, context);
  await tree.grown();
  for (const { connectDeadline } of clusters) connectDeadline.end();
  const all = watched.map(({ target }) => target);
  requireProvable(all, expectations, tree.mayGrow);

  await requireUndoable(all, context);
  const progress = new ProgressLog({ log, clock, startedAt, targets: all });
  const checkAll = () => Promise.all(clusters.map((cluster) => warnOfMissingAccess(cluster, context)));
  const story = { clusters, watched, expectations, startedAt, wakeup };
  if (inputs.dryRun) {
    await checkAll();
    assessTargets(watched, progress);
    return reportDryRun(story, context);
  }
  const options = { clock, expectations, wakeup, progress, tree, startedAt, timeout, stableFor };
  const result =
    assessOnce(watched, options) ??
    (await whileWatching(clusters, signal, async (stop) => {
      await checkAll();
      return waitForResult(watched, { ...options, signal: stop });
    }));
  await reportResult(result, story, context);
}
