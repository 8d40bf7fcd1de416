import type { Inputs } from '../../action/contract.ts';
import { ActionError } from '../../action/error.ts';
import { invalidInput } from '../../action/inputs.ts';
import { explain } from '../../kubernetes/explain.ts';
import { ruleFor } from '../../kubernetes/health/rules.ts';
import { qualifiedName, type ResourceType } from '../../kubernetes/resource-type.ts';
import { wellKnown } from '../../kubernetes/well-known.ts';
import type { Cluster } from './cluster.ts';
import type { contract } from './contract.ts';
import type { Expectations } from './expectations.ts';
import { readManifests } from './manifests.ts';

/** One object that is waited for. */
export interface Target {
  readonly cluster: Cluster;
  readonly type: ResourceType;
  readonly namespace: string;
  readonly name: string;
}

const SELECTABLE = [wellKnown.deployments, wellKnown.statefulSets, wellKnown.daemonSets, wellKnown.jobs];

/** Kinds that are in place as soon as they exist; waiting for them would only ask for rights to read them. */
const INERT = [
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'NetworkPolicy',
  'LimitRange',
  'ResourceQuota',
  'PriorityClass',
  'StorageClass',
  'Namespace',
  'Kustomization.kustomize.config.k8s.io',
];

/** @throws ActionError `input-missing` where nothing says what to wait for. */
export function requireTargets({ resources, manifests, selector }: Inputs<typeof contract>): void {
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
  cwd: string,
): Promise<readonly Target[]> {
  const objects = (await readManifests(inputs.manifests, cwd)).filter(
    ({ group, kind }) => !INERT.includes(kind) && !INERT.includes(`${kind}.${group}`),
  );
  const found = await Promise.all(
    clusters.map(async (cluster): Promise<Target[]> => {
      const named = inputs.resources.map(async ({ kind, name, namespace }) =>
        targetOf(cluster, await cluster.discovery.byName(kind), namespace, name),
      );
      const described = objects.map(async ({ group, kind, name, namespace }) => {
        const type = await cluster.discovery.byKind(group, kind);
        return targetOf(cluster, type ?? (await cluster.discovery.byName(`${kind}.${group}`)), namespace, name);
      });
      const selected = inputs.selector === undefined ? [] : await select(cluster, inputs.selector);
      return [...(await Promise.all([...named, ...described])), ...selected];
    }),
  );
  const unique = new Map(found.flat().map((target) => [identityOf(target), target]));
  return [...unique.values()];
}

/** `deployment/shop` */
export function titleOf({ type, name }: Target): string {
  return `${type.kind.toLowerCase()}/${name}`;
}

/** The title, with namespace and context as far as they tell it from the other targets: `deployment/shop in staging (context eu)`. */
export function placeOf(target: Target, all: readonly Target[]): string {
  const several = (of: (target: Target) => string) => new Set(all.map(of)).size > 1;
  const namespace = target.namespace && several((each) => each.namespace) ? ` in ${target.namespace}` : '';
  const context = several(({ cluster }) => cluster.context) ? ` (context ${target.cluster.context})` : '';
  return `${titleOf(target)}${namespace}${context}`;
}

/** Has the cluster view read all that the targets are judged by. */
export function observe(targets: readonly Target[]): void {
  for (const { cluster, type, namespace } of targets) {
    for (const read of readsOf(type)) cluster.view.add({ type: read, namespace });
  }
  for (const { cluster, type, namespace, name } of targets) {
    const same = targets.filter(
      (other) => other.cluster === cluster && other.type === type && other.namespace === namespace,
    );
    cluster.view.add({ type, namespace, ...(same.length === 1 ? { fieldSelector: `metadata.name=${name}` } : {}) });
  }
}

/** @throws ActionError `input-invalid` where an image or a commit is expected that no target can show. */
export function requireProvable(targets: readonly Target[], { images, revision }: Expectations): void {
  const rules = targets.map(({ type }) => ruleFor(type.group, type.kind));
  if (images.length > 0 && !rules.some((rule) => rule?.workload))
    throw invalidInput('image', 'can not be proven: no target runs pods.', [
      'Add the workload to `resources`, such as deployment/shop, beside the Argo CD or Flux object.',
    ]);
  if (revision && !rules.some((rule) => rule?.delivery))
    throw invalidInput('revision', 'can not be proven: no target applies commits.', [
      'Add the Argo CD Application or Flux Kustomization to `resources`, such as argocd/application/shop.',
    ]);
}

function readsOf(type: ResourceType): readonly ResourceType[] {
  const workload = ruleFor(type.group, type.kind)?.workload;
  return workload ? [...workload.reads, wellKnown.events] : [];
}

function targetOf(cluster: Cluster, type: ResourceType, namespace: string | undefined, name: string): Target {
  return { cluster, type, name, namespace: type.namespaced ? (namespace ?? cluster.namespace) : '' };
}

function identityOf({ cluster, type, namespace, name }: Target): string {
  return [cluster.context, qualifiedName(type), namespace, name].join('/');
}

async function select(cluster: Cluster, labelSelector: string): Promise<Target[]> {
  const { client, namespace } = cluster;
  const lists = await Promise.all(
    SELECTABLE.map(async (type) => {
      try {
        const { items } = await client.list({ type, namespace, labelSelector });
        return items.map(({ metadata }) => ({ cluster, type, namespace, name: metadata.name }));
      } catch (thrown) {
        throw explain(thrown, `list ${type.plural} in ${namespace}`, client.connection);
      }
    }),
  );
  const targets = lists.flat();
  if (targets.length > 0) return targets;
  throw new ActionError({
    code: 'nothing-selected',
    message: `No Deployment, StatefulSet, DaemonSet or Job in namespace ${namespace} (context ${cluster.context}) has the labels ${labelSelector}.`,
    remedy: `Compare with \`kubectl get deployments,statefulsets,daemonsets,jobs -n ${namespace} --show-labels\`.`,
  });
}
