import { followsCommitsOf } from '../../../kubernetes/inventory/commit-sources.ts';
import { deliverySources, sourceProblem } from '../../../kubernetes/inventory/delivery-sources.ts';
import type { ResourceName } from '../../../kubernetes/inventory/managed-resources.ts';
import type { KubernetesObject } from '../../../kubernetes/objects/object.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { BackgroundReader } from './background-reader.ts';
import type { WatchedTarget } from './watched-target.ts';

/** Why the sources of a Kustomization or HelmRelease deliver nothing new; undefined if they do, or if that can't be read (yet). */
export function problemOfSources(
  { target: { cluster }, object }: WatchedTarget,
  reader: BackgroundReader,
): string | undefined {
  if (!object) return undefined;
  for (const name of deliverySources(object)) {
    const read = readSource(cluster, name, reader);
    const problem = read && sourceProblem(name, read.source);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whether an object can come to apply the commit of the target that manages it. */
export function canFollow(
  { target: { cluster }, object: parent }: WatchedTarget,
  child: KubernetesObject,
  reader: BackgroundReader,
): boolean {
  const find = (object: KubernetesObject) =>
    deliverySources(object).flatMap((name) => readSource(cluster, name, reader)?.source ?? [])[0];
  return !parent || followsCommitsOf(parent, child, find);
}

/** @returns undefined if it can't be read (yet). */
function readSource(
  cluster: Cluster,
  { group, kind, namespace, name }: ResourceName,
  reader: BackgroundReader,
): { readonly source: KubernetesObject | undefined } | undefined {
  const type = reader.typeOf(cluster, group, kind);
  if (!type || !reader.hasRead({ cluster, type, namespace })) return undefined;
  return { source: cluster.view.get(type, namespace, name) };
}
