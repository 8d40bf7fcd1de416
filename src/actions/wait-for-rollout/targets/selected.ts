import { ActionError } from '../../../action/error.ts';
import { explain } from '../../../kubernetes/explain.ts';
import { wellKnown } from '../../../kubernetes/well-known.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type Target, targetOf } from './target.ts';

/** The kinds among which labels are looked for. */
export const LABELLED = [wellKnown.deployments, wellKnown.statefulSets, wellKnown.daemonSets, wellKnown.jobs];

/** What the labels select in all given namespaces. @throws ActionError `nothing-selected`. */
export async function selectedTargets(cluster: Cluster, labelSelector: string): Promise<readonly Target[]> {
  const { client, namespaces } = cluster;
  const lists = namespaces.flatMap((namespace) =>
    LABELLED.map(async (type) => {
      try {
        const { items } = await client.list({ type, namespace, labelSelector });
        return items.map(({ metadata }) => targetOf(cluster, type, namespace, metadata.name));
      } catch (thrown) {
        throw explain(thrown, `list ${type.plural} in ${namespace}`, client.connection);
      }
    }),
  );
  const targets = (await Promise.all(lists)).flat();
  if (targets.length > 0) return targets;
  const places = `${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${namespaces.join(', ')}`;
  throw new ActionError({
    code: 'nothing-selected',
    message: `No Deployment, StatefulSet, DaemonSet or Job in ${places} (context ${cluster.context}) has the labels ${labelSelector}.`,
    remedy: `Compare with \`kubectl get deployments,statefulsets,daemonsets,jobs -n ${namespaces[0]} --show-labels\`.`,
  });
}
