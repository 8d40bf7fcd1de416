import { at, numberAt } from '../../../../src/json/json.ts';
import { clone, nameOf, namespaceOf, type Obj } from '../model.ts';
import { hashOf } from './template.ts';
import { controllerReference, kinds, type World } from './world.ts';

/**
 * Records a template as ControllerRevision; one that was there before gets the next number, which is what going back is.
 * @returns the name of the revision.
 */
export function recordRevision(
  world: World,
  owner: Obj,
  template: Obj,
  naming: (hash: string) => { readonly name: string; readonly label: string },
): string {
  const { name, label } = naming(hashOf(template));
  const known = world.ownedBy(kinds.controllerRevisions, owner);
  const last = Math.max(0, ...known.map((each) => numberAt(each, 'revision') ?? 0));
  const same = known.find((each) => nameOf(each) === name);
  if (same) {
    if (numberAt(same, 'revision') !== last)
      world.change(kinds.controllerRevisions, same, (each) => {
        each['revision'] = last + 1;
      });
    return name;
  }
  world.store.create(kinds.controllerRevisions, {
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

export function revisionNamed(world: World, owner: Obj, name: string): Obj | undefined {
  const found = world.store.find(kinds.controllerRevisions, namespaceOf(owner), name);
  return at(found, 'data') === undefined ? undefined : found;
}
