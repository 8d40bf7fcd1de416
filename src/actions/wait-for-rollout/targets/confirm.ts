import { managedResources } from '../../../kubernetes/inventory/managed-resources.ts';
import { helmReleases, newestRelease, RELEASE_SELECTOR } from '../../../kubernetes/objects/helm-release.ts';
import type { KubernetesObject } from '../../../kubernetes/objects/object.ts';
import { nameSelector } from '../../../kubernetes/watch/cluster-view.ts';
import { SELECTABLE_TYPES } from './from-selector.ts';
import { currentObject, type Target } from './target.ts';
import type { WatchedTarget } from './watched-target.ts';

/** One request to a server, and whether its answer has nothing newer than what was judged. */
type Question = () => Promise<boolean>;

/**
 * Asks the API servers whether the targets were judged by their latest state: one watch may be behind another, and a watch that is down
 * reports nothing. One request per kind and namespace, for metadata only. What was judged is taken before the first request: a watch may
 * bring a newer version, which was not judged, before an answer comes.
 */
export async function areUpToDate(targets: readonly WatchedTarget[]): Promise<boolean> {
  const groups = new Map<string, Target[]>();
  for (const { target } of targets) {
    // A Helm release is no object of its own.
    if (target.find) continue;
    const { cluster, type, namespace } = target;
    const key = [cluster.context, type.group, type.kind, namespace].join('/');
    groups.set(key, [...(groups.get(key) ?? []), target]);
  }
  const questions = [
    ...[...groups.values()].flatMap((group) => isGroupUpToDate(group) ?? []),
    ...targets.flatMap(({ target }) => [...areChildrenKnown(target), ...isReleaseUpToDate(target)]),
  ];
  const confirmed = await Promise.all(questions.map((ask) => ask()));
  return confirmed.every(Boolean);
}

/** @param targets of one type and namespace. */
function isGroupUpToDate(targets: readonly Target[]): Question | undefined {
  const [first] = targets;
  if (!first) return undefined;
  const { cluster, type, namespace, name } = first;
  const selection = targets.length === 1 ? { fieldSelector: nameSelector(name) } : {};
  const judged = targets.map((target) => ({ name: target.name, object: currentObject(target) }));
  return async () => {
    const { items } = await cluster.client.list({ type: { ...type, metadataOnly: true }, namespace, ...selection });
    const stored = new Map(items.map((item) => [item.metadata.name, item]));
    return judged.every(({ object, name: each }) => isAtLeastAsNew(object, stored.get(each)));
  };
}

/** If only labels tell what a target manages, the watch that is behind may be the one that would show a new object. */
function areChildrenKnown(target: Target): readonly Question[] {
  const { cluster } = target;
  const object = currentObject(target);
  const managed = object && managedResources(object, cluster.client.connection.server);
  if (managed?.kind !== 'labeled') return [];
  const { namespace, belongs } = managed;
  return SELECTABLE_TYPES.filter((type) => cluster.view.hasListed(type, namespace)).map((type) => {
    const known = new Set(cluster.view.all(type, namespace).map(({ metadata }) => metadata.uid));
    return async () => {
      const { items } = await cluster.client.list({ type: { ...type, metadataOnly: true }, namespace });
      return items.filter(belongs).every(({ metadata }) => known.has(metadata.uid));
    };
  });
}

/** Helm keeps a Secret for each revision. */
function isReleaseUpToDate(target: Target): readonly Question[] {
  const { cluster, namespace, name, type } = target;
  if (type !== helmReleases || !cluster.view.hasListed(type, namespace)) return [];
  const judged = currentObject(target);
  return [
    async () => {
      const { items } = await cluster.client.list({ type, namespace, labelSelector: RELEASE_SELECTOR });
      return isAtLeastAsNew(judged, newestRelease(items, name));
    },
  ];
}

/** Versions of one type are growing numbers: promised since Kubernetes 1.35, and true of every API server before. */
function isAtLeastAsNew(judged: KubernetesObject | undefined, stored: KubernetesObject | undefined): boolean {
  const judgedVersion = judged?.metadata.resourceVersion ?? '';
  const storedVersion = stored?.metadata.resourceVersion ?? '';
  const areNumbers = [judgedVersion, storedVersion].every((version) => /^\d+$/.test(version));
  return areNumbers ? BigInt(judgedVersion) >= BigInt(storedVersion) : judgedVersion === storedVersion;
}
