import { ActionError } from '../../../core/error.ts';
import type { Runtime } from '../../../entry/context.ts';
import type { InputPath } from '../../../files/input-path.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type LostCluster, reachEach } from '../cluster/reach.ts';
import type { TargetName } from '../input-types/target-name.ts';
import { isInert, targetsFromManifests } from './from-manifests.ts';
import { targetsFromResources } from './from-resources.ts';
import { targetsFromSelector } from './from-selector.ts';
import { isIgnored, type LeftOut, withoutIgnored } from './left-out.ts';
import type { KustomizeSettings } from './manifests/kustomize.ts';
import { readManifests } from './manifests/read-manifests.ts';
import { type Target, targetKey } from './target.ts';

/** Where the targets are named. */
export interface TargetSources {
  readonly resources: readonly TargetName[];
  /** A label selector. */
  readonly selector: string | undefined;
  /** Files and folders with manifests. */
  readonly manifests: readonly InputPath[];
  readonly kustomize: KustomizeSettings;
  readonly leftOut: LeftOut;
}

export interface FoundTargets {
  readonly found: readonly Target[];
  readonly lost: readonly LostCluster[];
}

/** The targets that the sources name, in every cluster that can be reached, each once. @throws ActionError `kind-unknown`, `nothing-selected`, `input-invalid`. */
export async function findTargets(
  { resources, selector, manifests, kustomize, leftOut }: TargetSources,
  clusters: readonly Cluster[],
  runtime: Runtime,
): Promise<FoundTargets> {
  const objects = (await readManifests(manifests, kustomize, runtime)).filter((object) => !isInert(object));
  const counted = async (targets: Promise<readonly Target[]>) =>
    (await targets).filter(({ type, namespace, name }) => !isIgnored(leftOut, { ...type, namespace, name }));
  const namesIn = ({ namespaces }: Cluster) =>
    [...resources, ...objects].flatMap(({ namespace: own, kind, name }) =>
      (own === undefined ? namespaces : [own]).map((namespace) => ({ namespace, kind, name })),
    );
  const { values, lost } = await reachEach(clusters, namesIn, (cluster) =>
    Promise.all([
      targetsFromResources(cluster, resources),
      counted(targetsFromManifests(cluster, objects)),
      selector === undefined ? [] : counted(targetsFromSelector(cluster, selector, runtime.log)),
    ]),
  );
  const unique = new Map(values.flat(2).map((target) => [targetKey(target), withoutIgnored(target, leftOut)]));
  if (unique.size > 0) return { found: [...unique.values()], lost };
  throw new ActionError({
    code: 'nothing-selected',
    message: `Input \`manifests\` is ${manifests.join(', ')}, but every object in it is ready as soon as it exists: there is nothing to wait for.`,
    remedy: 'Name the workloads that use these objects in `resources` (deployment/shop), or remove the step.',
  });
}
