import type { KubernetesObject } from '../../../kubernetes/objects/object.ts';
import { nameSelector } from '../../../kubernetes/watch/cluster-view.ts';
import { currentObject, type Target } from './target.ts';
import type { WatchedTarget } from './watched-target.ts';

/**
 * Asks the API servers whether the targets were judged by their latest state: one watch may be behind another, and a watch that is down
 * reports nothing. One request per kind and namespace, for metadata only.
 */
export async function areUpToDate(targets: readonly WatchedTarget[]): Promise<boolean> {
  const groups = new Map<string, Target[]>();
  for (const { target } of targets) {
    // A Helm release is no object of its own; the workloads that it manages are asked about.
    if (target.find) continue;
    const { cluster, type, namespace } = target;
    const key = [cluster.context, type.group, type.kind, namespace].join('/');
    groups.set(key, [...(groups.get(key) ?? []), target]);
  }
  const confirmed = await Promise.all([...groups.values()].map(isGroupUpToDate));
  return confirmed.every(Boolean);
}

/** @param targets of one type and namespace. */
async function isGroupUpToDate(targets: readonly Target[]): Promise<boolean> {
  const [first] = targets;
  if (!first) return true;
  const { cluster, type, namespace, name } = first;
  const selection = targets.length === 1 ? { fieldSelector: nameSelector(name) } : {};
  // Taken before the request: a watch may bring a newer version, which was not judged, before the answer comes.
  const judged = targets.map((target) => ({ name: target.name, object: currentObject(target) }));
  const { items } = await cluster.client.list({ type: { ...type, metadataOnly: true }, namespace, ...selection });
  const stored = new Map(items.map((item) => [item.metadata.name, item]));
  return judged.every(({ object, name: each }) => isAtLeastAsNew(object, stored.get(each)));
}

/** Versions of one type are growing numbers: promised since Kubernetes 1.35, and true of every API server before. */
function isAtLeastAsNew(judged: KubernetesObject | undefined, stored: KubernetesObject | undefined): boolean {
  const judgedVersion = judged?.metadata.resourceVersion ?? '';
  const storedVersion = stored?.metadata.resourceVersion ?? '';
  const areNumbers = [judgedVersion, storedVersion].every((version) => /^\d+$/.test(version));
  return areNumbers ? BigInt(judgedVersion) >= BigInt(storedVersion) : judgedVersion === storedVersion;
}
