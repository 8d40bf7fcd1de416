import type { Context } from '../../entry/context.ts';
import type { CauseId } from '../../kubernetes/failures/causes.ts';
import { listResources } from './cluster/access.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { contract } from './contract.ts';
import { announceTargets } from './report/announce.ts';
import type { Expectations } from './targets/expected/expectations.ts';
import { findTargets } from './targets/find-targets.ts';
import { expectationsOfManaged, requireProvable } from './targets/image-use.ts';
import { ManagedTargets } from './targets/managed-targets.ts';
import { observeTargets } from './targets/observe-targets.ts';
import { WatchedTarget } from './targets/watched-target.ts';
import { requireUndoable } from './undo/require-undoable.ts';
import type { Notifier } from './wait/notifier.ts';

interface Options {
  readonly clusters: readonly Cluster[];
  readonly expectations: Expectations;
  readonly notifier: Notifier;
}

/** Everything that the wait needs: read from the clusters, and checked, before the wait starts. */
export interface WaitPlan extends Options {
  /** Those of the inputs and those that they manage; the latter may change during the wait. */
  readonly targets: readonly WatchedTarget[];
  readonly managedTargets: ManagedTargets;
  /** Graces of input `grace`, in ms. */
  readonly graces: ReadonlyMap<CauseId, number>;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** @throws ActionError if there is nothing to wait for, an expectation can't be proven, or permissions are missing. */
export async function planWait(options: Options, context: Context<typeof contract>): Promise<WaitPlan> {
  const { clusters, expectations, notifier } = options;
  const { inputs, clock, log } = context;
  const startedAt = clock.now();
  const found = await findTargets(inputs, clusters, context);
  requireProvable(found, expectations);
  observeTargets(found);
  announceTargets(found, expectations, log);
  await Promise.all(clusters.map((cluster) => listResources(cluster, context)));

  const graces = new Map(inputs.grace.map(({ cause, ms }) => [cause, ms]));
  const targets = found.map((target) => new WatchedTarget(target, { clock, expectations, graces }));
  const managed = { clock, expectations: expectationsOfManaged(found, expectations), graces };
  const managedTargets = new ManagedTargets(
    {
      targets,
      watch: (target, suppress) => new WatchedTarget(target, { ...managed, suppress }),
      onChange: notifier.notify,
    },
    context,
  );
  await managedTargets.readAll();
  for (const { connectDeadline } of clusters) connectDeadline.connected();

  const all = targets.map(({ target }) => target);
  requireProvable(all, expectations, managedTargets.mayAddWorkloads);
  await requireUndoable(all, context);
  return { ...options, targets, managedTargets, graces, startedAt };
}
