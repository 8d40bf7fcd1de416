import type { KubernetesObject } from '../../../kubernetes/objects/object.ts';
import { nameSelector } from '../../../kubernetes/watch/cluster-view.ts';
import { objectOf, type Target } from '../targets/target.ts';
import type { Watched } from '../watched.ts';

/**
 * Asks the clusters whether the targets are still what they were seen as: what one watch tells may be known before what another one has to
 * tell, and a watch that is down tells nothing. One request per kind and namespace, for metadata alone.
 */
export async function areAsSeen(targets: readonly Watched[]): Promise<boolean> {
  const groups = new Map<string, Target[]>();
  for (const { target } of targets) {
    // The state of a Helm release is not that of an object of its name; what it has brought is asked for.
    if (target.find) continue;
    const { cluster, type, namespace } = target;
    const key = [cluster.context, type.group, type.kind, namespace].join('/');
    groups.set(key, [...(groups.get(key) ?? []), target]);
  }
  const same = await Promise.all([...groups.values()].map(areSame));
  return same.every(Boolean);
}

async function areSame(targets: readonly Target[]): Promise<boolean> {
  const [first] = targets;
  if (!first) return true;
  const { cluster, type, namespace, name } = first;
  const one = targets.length === 1 ? { fieldSelector: nameSelector(name) } : {};
  // What was judged: a watch may bring a newer version while the answer is on its way.
  const judged = targets.map((target) => ({ name: target.name, object: objectOf(target) }));
  const { items } = await cluster.client.list({ type: { ...type, metadataOnly: true }, namespace, ...one });
  const there = new Map(items.map((item) => [item.metadata.name, item]));
  return judged.every((seen) => isAsNew(seen.object, there.get(seen.name)));
}

/** Versions of one kind are numbers that grow (since Kubernetes 1.35 by promise, before by what every API server does). */
function isAsNew(seen: KubernetesObject | undefined, there: KubernetesObject | undefined): boolean {
  const [ours = '', theirs = ''] = [seen?.metadata.resourceVersion, there?.metadata.resourceVersion];
  const areNumbers = /^\d+$/.test(ours) && /^\d+$/.test(theirs);
  return areNumbers ? BigInt(ours) >= BigInt(theirs) : ours === theirs;
}
