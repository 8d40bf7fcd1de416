import { at, numberAt } from '../../../../src/json/json.ts';
import { clone, nameOf, namespaceOf, type Obj } from '../model.ts';
import { hashOf } from './pod-template.ts';
import { controllerReference, kinds, type SimulatedCluster } from './simulated-cluster.ts';

/**
 * Records a template as a ControllerRevision. A template that existed before gets the next number, as in a rollback.
 * @returns the name of the revision.
 */
export function recordRevision(
  cluster: SimulatedCluster,
  owner: Obj,
  template: Obj,
  naming: (hash: string) => { readonly name: string; readonly label: string },
): string {
  const { name, label } = naming(hashOf(template));
  const known = cluster.ownedBy(kinds.controllerRevisions, owner);
  const last = Math.max(0, ...known.map((each) => numberAt(each, 'revision') ?? 0));
  const same = known.find((each) => nameOf(each) === name);
  if (same) {
    if (numberAt(same, 'revision') !== last)
      cluster.change(kinds.controllerRevisions, same, (each) => {
        each['revision'] = last + 1;
      });
    return name;
  }
  cluster.store.create(kinds.controllerRevisions, {
    metadata: {
      namespace: namespaceOf(owner),
      name,
      labels: { 'controller-revision-hash': label },
      ownerReferences: [controllerReference(owner)],
    },
    data: { spec: { template: { ...clone(template), $patch: 'replace' } } },
    revision: last + 1,
  });
  return name;
}

export function revisionNamed(cluster: SimulatedCluster, owner: Obj, name: string): Obj | undefined {
  const found = cluster.store.find(kinds.controllerRevisions, namespaceOf(owner), name);
  return at(found, 'data') === undefined ? undefined : found;
}
