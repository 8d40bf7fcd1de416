import { ActionError } from '../../../core/error.ts';
import type { Log } from '../../../core/log.ts';
import { explain } from '../../../kubernetes/api/explain.ts';
import { wellKnown } from '../../../kubernetes/objects/well-known.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type Target, targetIn } from './target.ts';

/** The types that are searched for labels. */
export const SELECTABLE_TYPES = [wellKnown.deployments, wellKnown.statefulSets, wellKnown.daemonSets, wellKnown.jobs];

/** The targets of input `selector`. Warns if a namespace has none. @throws ActionError `nothing-selected` if no namespace has any. */
export async function targetsFromSelector(
  cluster: Cluster,
  labelSelector: string,
  log: Log,
): Promise<readonly Target[]> {
  const { namespaces, context } = cluster;
  const found = await Promise.all(namespaces.map((each) => selectIn(each, cluster, labelSelector)));
  const empty = namespaces.filter((_, index) => found[index]?.length === 0);
  const nothing = `No Deployment, StatefulSet, DaemonSet or Job in ${empty.length === 1 ? 'namespace' : 'namespaces'} ${empty.join(', ')} (context ${context}) has the labels ${labelSelector}.`;
  if (empty.length === namespaces.length)
    throw new ActionError({
      code: 'nothing-selected',
      message: nothing,
      remedy: `Compare with \`kubectl get deployments,statefulsets,daemonsets,jobs -n ${namespaces[0]} --show-labels\`.`,
    });
  if (empty.length > 0) log.warning(`${nothing} Waiting only in the other namespaces.`);
  return found.flat();
}

async function selectIn(namespace: string, cluster: Cluster, labelSelector: string): Promise<readonly Target[]> {
  const { client } = cluster;
  const lists = SELECTABLE_TYPES.map(async (type) => {
    try {
      const { items } = await client.list({ type, namespace, labelSelector });
      return items.map(({ metadata }) => targetIn(cluster, type, namespace, metadata.name));
    } catch (thrown) {
      throw explain(thrown, `list ${type.plural} in ${namespace}`, client.connection);
    }
  });
  return (await Promise.all(lists)).flat();
}
