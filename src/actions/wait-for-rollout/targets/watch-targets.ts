import { sayOnce } from '../../../core/once.ts';
import type { Runtime } from '../../../entry/context.ts';
import type { CauseId } from '../../../kubernetes/failures/causes.ts';
import { listResources } from '../cluster/access.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type LostCluster, reachEach } from '../cluster/reach.ts';
import { BackgroundReader } from './background-reader.ts';
import type { Expectations } from './expected/expectations.ts';
import type { FoundTargets } from './find-targets.ts';
import { expectationsOfManaged, requireProvable } from './image-use.ts';
import type { LeftOut } from './left-out.ts';
import { ManagedTargets } from './managed-targets.ts';
import { observeTargets } from './observe-targets.ts';
import { canFollow, problemOfSources } from './source-reader.ts';
import { type Target, targetTitle } from './target.ts';
import { WatchedTarget } from './watched-target.ts';

export interface WatchedTargets {
  /** The targets of the plan and those that they manage; the latter may change during the wait. */
  readonly targets: readonly WatchedTarget[];
  readonly managedTargets: ManagedTargets;
  /** Those that can be asked. */
  readonly clusters: readonly Cluster[];
  readonly lost: readonly LostCluster[];
}

/** The targets without their assessments. */
export function targetsOf({ targets }: Pick<WatchedTargets, 'targets'>): readonly Target[] {
  return targets.map(({ target }) => target);
}

interface TargetWatch {
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
  { found: named, lost: lostBefore }: FoundTargets,
  { expectations, graces, leftOut, onChange }: TargetWatch,
  runtime: Runtime,
): Promise<WatchedTargets> {
  const { clock } = runtime;
  observeTargets(named);
  const { values: clusters, lost: lostNow } = await reachEach(
    [...new Set(named.map(({ cluster }) => cluster))],
    (cluster) =>
      named
        .filter((target) => target.cluster === cluster)
        .map(({ namespace, type: { kind }, name }) => ({ namespace, kind, name })),
    async (cluster) => {
      await listResources(cluster, runtime);
      return cluster;
    },
  );
  const found = named.filter(({ cluster }) => clusters.includes(cluster));
  const lost = [...lostBefore, ...lostNow];
  for (const { cluster, error } of lost) runtime.log.warning(lostMessage(cluster, error));

  // What these sources lack is only shown, so it neither fails the wait nor is waited for.
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
      leftOut,
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
  return { targets, managedTargets, clusters, lost };
}

function lostMessage({ context }: Cluster, { message }: Error): string {
  return `Context ${context} can't be asked: ${message} The other contexts are waited for, and then this step fails.`;
}
