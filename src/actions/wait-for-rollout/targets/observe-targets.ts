import { ruleFor } from '../../../kubernetes/health/kind-rules.ts';
import type { ResourceType } from '../../../kubernetes/objects/resource-type.ts';
import { wellKnown } from '../../../kubernetes/objects/well-known.ts';
import { nameSelector } from '../../../kubernetes/watch/cluster-view.ts';
import type { Target } from './target.ts';

/** Adds to each cluster's view what its targets are judged by. Nothing is read yet. */
export function observeTargets(targets: readonly Target[]): void {
  for (const { cluster, type, namespace } of targets) {
    for (const related of relatedTypes(type)) cluster.view.add({ type: related, namespace });
  }
  for (const { cluster, type, namespace, name, find } of targets) {
    // A target with `find` has added its own selection.
    if (find) continue;
    const sameType = targets.filter(
      (other) => other.cluster === cluster && other.type === type && other.namespace === namespace,
    );
    cluster.view.add({ type, namespace, ...(sameType.length === 1 ? { fieldSelector: nameSelector(name) } : {}) });
  }
}

/** The other types that a target of a type is judged by: a Deployment by ReplicaSets, Pods and Events. */
export function relatedTypes({ group, kind }: ResourceType): readonly ResourceType[] {
  const workload = ruleFor(group, kind)?.workload;
  return workload ? [...workload.reads, wellKnown.events] : [];
}
