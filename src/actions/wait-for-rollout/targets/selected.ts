import { ActionError } from '../../../core/error.ts';
import type { Log } from '../../../core/log.ts';
import { explain } from '../../../kubernetes/api/explain.ts';
import { wellKnown } from '../../../kubernetes/objects/well-known.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type Target, targetOf } from './target.ts';

/** The kinds among which labels are looked for. */
export const LABELLED = [wellKnown.deployments, wellKnown.statefulSets, wellKnown.daemonSets, wellKnown.jobs];

/** What the labels select in all given namespaces; where it is nothing in one of them, that is said. @throws ActionError `nothing-selected`. */
export async function selectedTargets(cluster: Cluster, labelSelector: string, log: Log): Promise<readonly Target[]> {
  const { namespaces, context } = cluster;
  const found = await Promise.all(namespaces.map((each) => selectedIn(each, cluster, labelSelector)));
  const empty = namespaces.filter((_, index) => found[index]?.length === 0);
  const nothing = `No Deployment, StatefulSet, DaemonSet or Job in ${empty.length === 1 ? 'namespace' : 'namespaces'} ${empty.join(', ')} (context ${context}) has the labels ${labelSelector}.`;
  if (empty.length === namespaces.length)
    throw new ActionError({
      code: 'nothing-selected',
      message: nothing,
      remedy: `Compare with \`kubectl get deployments,statefulsets,daemonsets,jobs -n ${namespaces[0]} --show-labels\`.`,
    });
  if (empty.length > 0) log.warning(`${nothing} Only the other namespaces are waited for.`);
  return found.flat();
}

async function selectedIn(namespace: string, cluster: Cluster, labelSelector: string): Promise<readonly Target[]> {
  const { client } = cluster;
  const lists = LABELLED.map(async (type) => {
    try {
      const { items } = await client.list({ type, namespace, labelSelector });
      return items.map(({ metadata }) => targetOf(cluster, type, namespace, metadata.name));
    } catch (thrown) {
      throw explain(thrown, `list ${type.plural} in ${namespace}`, client.connection);
    }
  });
  return (await Promise.all(lists)).flat();
}
