import type { Inputs } from '../../core/contract.ts';
import { ActionError } from '../../core/error.ts';
import { invalidInput } from '../../core/inputs.ts';
import type { Context } from '../../entry/context.ts';
import { ruleFor } from '../../kubernetes/health/kind-rules.ts';
import { managesResources } from '../../kubernetes/inventory/managed-resources.ts';
import { nameSelector } from '../../kubernetes/watch/cluster-view.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { contract } from './contract.ts';
import type { Expectations } from './expectations.ts';
import { describedTargets, isInert } from './targets/described.ts';
import { readManifests } from './targets/manifests.ts';
import { namedTargets } from './targets/named.ts';
import { readsOf } from './targets/reading.ts';
import { selectedTargets } from './targets/selected.ts';
import { identityOf, type Target } from './targets/target.ts';

/** @throws ActionError `input-missing` where nothing says what to wait for, `input-invalid` where the time can not be enough. */
export function requireTargets({ resources, manifests, selector, stableFor, timeout }: Inputs<typeof contract>): void {
  if (stableFor >= timeout)
    throw invalidInput('stable-for', `is not shorter than \`timeout\`: the wait would end before it could succeed.`, [
      'Raise `timeout` to more than `stable-for` and the rollout together take.',
    ]);
  if (resources.length > 0 || manifests.length > 0 || selector !== undefined) return;
  throw new ActionError({
    code: 'input-missing',
    message: 'Input `resources` is missing: there is nothing to wait for.',
    remedy: 'Give `resources` (deployment/shop), `selector` or `manifests`.',
  });
}

/** Every target of every cluster, each once. @throws ActionError `kind-unknown`, `nothing-selected`, `input-invalid`. */
export async function findTargets(
  inputs: Inputs<typeof contract>,
  clusters: readonly Cluster[],
  context: Context<typeof contract>,
): Promise<readonly Target[]> {
  const { manifests, resources, selector } = inputs;
  const objects = (await readManifests(manifests, context)).filter((object) => !isInert(object));
  const found = await Promise.all(
    clusters.flatMap((cluster) => [
      namedTargets(cluster, resources),
      describedTargets(cluster, objects),
      selector === undefined ? [] : selectedTargets(cluster, selector, context.log),
    ]),
  );
  const unique = new Map(found.flat().map((target) => [identityOf(target), target]));
  if (unique.size > 0) return [...unique.values()];
  throw new ActionError({
    code: 'nothing-selected',
    message: `Input \`manifests\` names ${manifests.join(', ')}, where every object is in place as soon as it exists: there is nothing to wait for.`,
    remedy: 'Name what uses them in `resources` (deployment/shop), or leave the step out.',
  });
}

/** Has the cluster view read all that the targets are judged by. */
export function observe(targets: readonly Target[]): void {
  for (const { cluster, type, namespace } of targets) {
    for (const read of readsOf(type)) cluster.view.add({ type: read, namespace });
  }
  for (const { cluster, type, namespace, name, find } of targets) {
    // What is found otherwise brings along what is to be read.
    if (find) continue;
    const same = targets.filter(
      (other) => other.cluster === cluster && other.type === type && other.namespace === namespace,
    );
    cluster.view.add({ type, namespace, ...(same.length === 1 ? { fieldSelector: nameSelector(name) } : {}) });
  }
}

/**
 * @param mayGrow whether targets may come that are not known yet.
 * @throws ActionError `input-invalid` where an image or a commit is expected that no target can show.
 */
export function requireProvable(
  targets: readonly Target[],
  { images, revision }: Expectations,
  mayGrow = targets.some(({ type }) => managesResources(type)),
): void {
  const rules = targets.map(({ type }) => ruleFor(type.group, type.kind));
  if (images.length > 0 && !mayGrow && !rules.some((rule) => rule?.workload))
    throw invalidInput('image', 'can not be proven: no target runs pods.', [
      'Add the workload to `resources`, such as deployment/shop, beside the Argo CD or Flux object.',
    ]);
  if (revision && !rules.some((rule) => rule?.delivery))
    throw invalidInput('revision', 'can not be proven: no target applies commits.', [
      'Add the Argo CD Application or Flux Kustomization to `resources`, such as argocd/application/shop.',
    ]);
}
