import type { Context, Run } from '../../entry/context.ts';
import { checkAccess, listAll } from './cluster/access.ts';
import { type Cluster, connect } from './cluster/cluster.ts';
import { whileFollowing } from './cluster/while-watching.ts';
import type { contract } from './contract.ts';
import { announce } from './report/announce.ts';
import { conclude, rehearse } from './report/conclude.ts';
import { Progress } from './report/progress.ts';
import { type Expectations, expectedOfBrought, readExpectations } from './targets/expected/expectations.ts';
import { findTargets, observe, requireProvable, requireTargets } from './targets/find-targets.ts';
import { ResourceTree, type Watch } from './targets/managed-targets.ts';
import { Watched } from './targets/watched-target.ts';
import { requireUndoable } from './undo/require-undoable.ts';
import { Wakeup } from './wait/notifier.ts';
import { lookAt, lookOnce, waitForResult } from './wait/wait.ts';

export const run: Run<typeof contract> = async (context) => {
  requireTargets(context.inputs);
  const wakeup = new Wakeup(context.clock);
  const expectations = readExpectations(context, wakeup.notify);
  const clusters = await connect(context, wakeup.notify);
  try {
    await waitIn(clusters, { expectations, wakeup }, context);
  } finally {
    for (const { patience } of clusters) patience.abandon();
  }
};

async function waitIn(
  clusters: readonly Cluster[],
  { expectations, wakeup }: { readonly expectations: Expectations; readonly wakeup: Wakeup },
  context: Context<typeof contract>,
): Promise<void> {
  const { inputs, log, clock, signal } = context;
  const { timeout, stableFor } = inputs;
  const startedAt = clock.now();
  const targets = await findTargets(inputs, clusters, context);
  requireProvable(targets, expectations);
  observe(targets);
  announce(targets, expectations, log);
  await Promise.all(clusters.map((cluster) => listAll(cluster, context)));
  const graces = new Map(inputs.grace.map(({ cause, ms }) => [cause, ms]));
  const ofBrought = expectedOfBrought(targets, expectations);
  const watch: Watch = (target, hold) => new Watched(target, { clock, expectations: ofBrought, graces, hold });
  const watched = targets.map((target) => new Watched(target, { clock, expectations, graces }));
  const tree = new ResourceTree({ watched, watch, onChange: wakeup.notify }, context);
  await tree.grown();
  for (const { patience } of clusters) patience.end();
  const all = watched.map(({ target }) => target);
  requireProvable(all, expectations, tree.mayGrow);

  await requireUndoable(all, context);
  const progress = new Progress({ log, clock, startedAt, targets: all });
  const checkAll = () => Promise.all(clusters.map((cluster) => checkAccess(cluster, context)));
  const story = { clusters, watched, expectations, startedAt, wakeup };
  if (inputs.dryRun) {
    await checkAll();
    lookAt(watched, progress);
    return rehearse(story, context);
  }
  const options = { clock, expectations, wakeup, progress, tree, startedAt, timeout, stableFor };
  const result =
    lookOnce(watched, options) ??
    (await whileFollowing(clusters, signal, async (stop) => {
      await checkAll();
      return waitForResult(watched, { ...options, signal: stop });
    }));
  await conclude(result, story, context);
}
