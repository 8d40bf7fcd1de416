import type { Runtime } from '../../../entry/context.ts';
import type { CauseId } from '../../../kubernetes/failures/causes.ts';
import { listResources } from '../cluster/access.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Expectations } from './expected/expectations.ts';
import { expectationsOfManaged, requireProvable } from './image-use.ts';
import type { LeftOut } from './left-out.ts';
import { ManagedTargets } from './managed-targets.ts';
import { observeTargets } from './observe-targets.ts';
import type { Target } from './target.ts';
import { WatchedTarget } from './watched-target.ts';

export interface WatchedTargets {
  /** The targets of the plan and those that they manage; the latter may change during the wait. */
  readonly targets: readonly WatchedTarget[];
  readonly managedTargets: ManagedTargets;
}

/** The targets without their assessments. */
export function targetsOf({ targets }: Pick<WatchedTargets, 'targets'>): readonly Target[] {
  return targets.map(({ target }) => target);
}

interface TargetWatch {
  readonly clusters: readonly Cluster[];
  readonly expectations: Expectations;
  /** Graces set by the user, in ms. */
  readonly graces: ReadonlyMap<CauseId, number>;
  /** What is not waited for, of all that the targets manage. */
  readonly leftOut: LeftOut;
  /** Called when more was read: targets must be assessed again. */
  readonly onChange: () => void;
}

/**
 * Reads the targets that were found, and everything that they manage.
 * @throws ActionError `kubernetes-forbidden` if permissions are missing, `input-invalid` if an expectation can't be proven.
 */
export async function watchTargets(
  found: readonly Target[],
  { clusters, expectations, graces, leftOut, onChange }: TargetWatch,
  runtime: Runtime,
): Promise<WatchedTargets> {
  const { clock } = runtime;
  observeTargets(found);
  await Promise.all(clusters.map((cluster) => listResources(cluster, runtime)));

  const targets = found.map((target) => new WatchedTarget(target, { clock, expectations, graces }));
  const managed = { clock, expectations: expectationsOfManaged(found, expectations), graces };
  const managedTargets = new ManagedTargets(
    {
      targets,
      leftOut,
      watch: (target, suppress) => new WatchedTarget(target, { ...managed, suppress }),
      onChange,
    },
    runtime,
  );
  await managedTargets.readAll();
  for (const { connectDeadline } of clusters) connectDeadline.connected();
  requireProvable(targetsOf({ targets }), expectations, managedTargets.mayAddWorkloads);
  return { targets, managedTargets };
}
