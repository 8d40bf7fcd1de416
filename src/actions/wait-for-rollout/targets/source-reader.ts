import { deliverySources, sourceProblem } from '../../../kubernetes/inventory/delivery-sources.ts';
import type { BackgroundReader } from './background-reader.ts';
import type { WatchedTarget } from './watched-target.ts';

/** Why the sources of a Kustomization or HelmRelease deliver nothing new; undefined if they do, or if that can't be read (yet). */
export function problemOfSources(
  { target: { cluster }, object }: WatchedTarget,
  reader: BackgroundReader,
): string | undefined {
  if (!object) return undefined;
  for (const name of deliverySources(object)) {
    const type = reader.typeOf(cluster, name.group, name.kind);
    if (!type || !reader.hasRead({ cluster, type, namespace: name.namespace })) continue;
    const problem = sourceProblem(name, cluster.view.get(type, name.namespace, name.name));
    if (problem !== undefined) return problem;
  }
  return undefined;
}
