import type { Cluster } from '../cluster/cluster.ts';
import type { TargetName } from '../input-types/target-name.ts';
import { helmReleaseTarget } from './helm-release.ts';
import { type Target, targetIn } from './target.ts';

/** The targets of input `resources`; a name without a namespace counts in every namespace of the cluster's. @throws ActionError `kind-unknown`. */
export async function targetsFromResources(cluster: Cluster, names: readonly TargetName[]): Promise<readonly Target[]> {
  const targets = names.map(async ({ kind, name, namespace }) => {
    const namespaces = namespace === undefined ? cluster.namespaces : [namespace];
    if (isHelm(kind)) return Promise.all(namespaces.map((each) => helmReleaseTarget(cluster, each, name)));
    const type = await cluster.discovery.byName(kind);
    return namespaces.map((each) => targetIn(cluster, type, each, name));
  });
  return (await Promise.all(targets)).flat();
}

function isHelm(kind: string): boolean {
  return kind.toLowerCase() === 'helm';
}
