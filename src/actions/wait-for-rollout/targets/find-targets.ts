import type { InputValues } from '../../../core/contract.ts';
import { ActionError } from '../../../core/error.ts';
import type { Context } from '../../../entry/context.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { contract } from '../contract.ts';
import { isInert, targetsFromManifests } from './from-manifests.ts';
import { targetsFromResources } from './from-resources.ts';
import { targetsFromSelector } from './from-selector.ts';
import { readManifests } from './manifests/read-manifests.ts';
import { type Target, targetKey } from './target.ts';

/** The targets that the inputs name, in every cluster, each once. @throws ActionError `kind-unknown`, `nothing-selected`, `input-invalid`. */
export async function findTargets(
  inputs: InputValues<typeof contract>,
  clusters: readonly Cluster[],
  context: Context<typeof contract>,
): Promise<readonly Target[]> {
  const { manifests, resources, selector } = inputs;
  const objects = (await readManifests(manifests, context)).filter((object) => !isInert(object));
  const found = await Promise.all(
    clusters.flatMap((cluster) => [
      targetsFromResources(cluster, resources),
      targetsFromManifests(cluster, objects),
      selector === undefined ? [] : targetsFromSelector(cluster, selector, context.log),
    ]),
  );
  const unique = new Map(found.flat().map((target) => [targetKey(target), target]));
  if (unique.size > 0) return [...unique.values()];
  throw new ActionError({
    code: 'nothing-selected',
    message: `Input \`manifests\` is ${manifests.join(', ')}, but every object in it is ready as soon as it exists: there is nothing to wait for.`,
    remedy: 'Name the workloads that use these objects in `resources` (deployment/shop), or remove the step.',
  });
}
