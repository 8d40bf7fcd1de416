import { closestMatch } from '../../../core/closest-match.ts';
import { ActionError } from '../../../core/error.ts';
import { ApiError } from '../../../kubernetes/api/api-error.ts';
import { explain } from '../../../kubernetes/api/explain.ts';
import {
  belongsToRelease,
  helmReleases,
  newestRelease,
  RELEASE_SELECTOR,
  unreadableRelease,
} from '../../../kubernetes/objects/helm-release.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { SELECTABLE_TYPES } from './from-selector.ts';
import type { Target } from './target.ts';

/**
 * A Helm release (`helm/shop`), judged by the state that Helm stores in Secrets. If that can't be read, only the workloads that the release
 * installed count. @throws ActionError `nothing-selected`.
 */
export async function helmReleaseTarget(cluster: Cluster, namespace: string, name: string): Promise<Target> {
  const releases = await readReleases(cluster, namespace);
  const { view } = cluster;
  const target = { cluster, type: helmReleases, namespace, name };
  if (releases && newestRelease(releases, name)) {
    view.add({ type: helmReleases, namespace, labelSelector: RELEASE_SELECTOR });
    return { ...target, find: () => newestRelease(view.all(helmReleases, namespace), name) };
  }
  // Helm may store its state elsewhere (HELM_DRIVER), or the account may not read Secrets.
  if (await hasInstalled(cluster, namespace, name))
    return { ...target, find: () => unreadableRelease(namespace, name) };
  const others = [...new Set((releases ?? []).map(({ metadata }) => metadata.labels['name'] ?? ''))];
  const near = closestMatch(name, others);
  throw new ActionError({
    code: 'nothing-selected',
    message: `There is no Helm release "${name}" in namespace ${namespace} (context ${cluster.context}).`,
    remedy: near
      ? `Did you mean "helm/${near}"?`
      : `List the releases with \`helm list -n ${namespace}\`${others.length > 0 ? `: ${others.join(', ')}` : ''}.`,
  });
}

/** The Secrets of all releases in a namespace; undefined if the account may not read them. */
async function readReleases({ client }: Cluster, namespace: string) {
  try {
    return (await client.list({ type: helmReleases, namespace, labelSelector: RELEASE_SELECTOR })).items;
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status === 403) return undefined;
    throw explain(thrown, `list Helm releases in ${namespace}`, client.connection);
  }
}

async function hasInstalled({ client }: Cluster, namespace: string, name: string): Promise<boolean> {
  const labelSelector = 'app.kubernetes.io/managed-by=Helm';
  try {
    const lists = SELECTABLE_TYPES.map((type) => client.list({ type, namespace, labelSelector }));
    return (await Promise.all(lists)).some(({ items }) => items.some((item) => belongsToRelease(item, name)));
  } catch (thrown) {
    throw explain(thrown, `list the workloads of Helm in ${namespace}`, client.connection);
  }
}
