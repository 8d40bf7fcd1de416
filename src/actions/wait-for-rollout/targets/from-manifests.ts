import type { Cluster } from '../cluster/cluster.ts';
import type { ManifestObject } from './manifests/read-manifests.ts';
import { type Target, targetIn } from './target.ts';

/** Kinds that are ready as soon as they exist. Waiting for them would only need more permissions. */
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

/** Whether objects of a kind are ready as soon as they exist. */
export function isInert({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return INERT.includes(kind) || INERT.includes(`${kind}.${group}`);
}

/** The objects of input `manifests`; one without a namespace counts in every namespace of the cluster's. @throws ActionError `kind-unknown`. */
export async function targetsFromManifests(
  cluster: Cluster,
  objects: readonly ManifestObject[],
): Promise<readonly Target[]> {
  const targets = objects.map(async ({ group, kind, name, namespace }) => {
    const known = await cluster.discovery.byKind(group, kind);
    const type = known ?? (await cluster.discovery.byName(group === '' ? kind : `${kind}.${group}`));
    const namespaces = namespace === undefined ? cluster.namespaces : [namespace];
    return namespaces.map((each) => targetIn(cluster, type, each, name));
  });
  return (await Promise.all(targets)).flat();
}
