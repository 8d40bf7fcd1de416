import type { KubernetesObject } from '../../objects/object.ts';
import type { Relations } from '../../objects/relations.ts';
import { wellKnown } from '../../objects/well-known.ts';

/** The pods of a StatefulSet or DaemonSet, divided by the label `controller-revision-hash`. @param revision the name or hash of the ControllerRevision. */
export function podsByHash(owner: KubernetesObject, relations: Relations, revision: string) {
  const pods = relations.ownedBy(owner, wellKnown.pods);
  const isCurrent = ({ metadata }: KubernetesObject) => {
    const hash = metadata.labels['controller-revision-hash'];
    return hash !== undefined && (hash === revision || revision === `${owner.metadata.name}-${hash}`);
  };
  return { current: pods.filter(isCurrent), old: pods.filter((pod) => !isCurrent(pod)) };
}
