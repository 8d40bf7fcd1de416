import { sayOnce } from '../../../core/once.ts';
import type { Runtime } from '../../../entry/context.ts';
import type { CauseId } from '../../../kubernetes/failures/causes.ts';
import { listResources } from '../cluster/access.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { BackgroundReader } from './background-reader.ts';
import type { Expectations } from './expected/expectations.ts';
import { expectationsOfManaged, requireProvable } from './image-use.ts';
import { ManagedTargets } from './managed-targets.ts';
import { observeTargets } from './observe-targets.ts';
import { canFollow, problemOfSources } from './source-reader.ts';
import { type Target, targetTitle } from './target.ts';
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
  /** Called when more was read: targets must be assessed again. */
  readonly onChange: () => void;
}

/**
 * Reads the targets that were found, and everything that they manage.
 * @throws ActionError `kubernetes-forbidden` if permissions are missing, `input-invalid` if an expectation can't be proven.
 */
export async function watchTargets(
  found: readonly Target[],
  { clusters, expectations, graces, onChange }: TargetWatch,
  runtime: Runtime,
): Promise<WatchedTargets> {
  const { clock } = runtime;
  observeTargets(found);
  await Promise.all(clusters.map((cluster) => listResources(cluster, runtime)));

  // What these sources lack is only told, so it neither fails the wait nor is waited for.
  const sources = new BackgroundReader(onChange, sayOnce(runtime.log.info));
  const obstacle = (target: WatchedTarget) => problemOfSources(target, sources);
  const options = { clock, expectations, graces, obstacle };
  const targets = found.map(
    (target) => new WatchedTarget(target, { ...options, mayBeAbsent: () => managedTargets.absenceOf(target) }),
  );
  const managed = { ...options, expectations: expectationsOfManaged(found, expectations) };
  const managedTargets: ManagedTargets = new ManagedTargets(
    {
      targets,
      watch: (target, parent) =>
        new WatchedTarget(target, {
          ...managed,
          // The parent deletes and recreates its objects, and knows whether this one should exist.
          mayBeAbsent: () => `${targetTitle(parent.target)} manages it`,
          isRevisionExpectedOf: (object) => parent.followsExpected && canFollow(parent, object, sources),
        }),
      onChange,
    },
    runtime,
  );
  await managedTargets.readAll();
  for (const { connectDeadline } of clusters) connectDeadline.connected();
  requireProvable(targetsOf({ targets }), expectations, managedTargets.mayAddWorkloads);
  return { targets, managedTargets };
}
