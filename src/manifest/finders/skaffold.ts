import { imagesInDottedNames } from '../fields/dotted-names.ts';
import { type Finder, wholeReference } from '../fields/field.ts';
import { child, descend, items, rootOf, selfAndDescendants, textAt } from '../syntax/tree.ts';
import { imagesInValues } from './helm-values.ts';

/** Skaffold: artifacts, the builders of buildpacks, the containers of `verify` and custom actions, values of its Helm releases. */
export const skaffoldFinder: Finder = {
  name: 'skaffold',
  *find(document) {
    const root = rootOf(document);
    if (!textAt(root, 'apiVersion')?.startsWith('skaffold/')) return;
    yield* imagesInValues('skaffold', root);
    for (const cursor of selfAndDescendants(root)) {
      const buildpacks = ['builder', 'runImage'].map((key) => descend(cursor, 'buildpacks', key));
      const artifacts = items(child(cursor, 'artifacts')).map((artifact) => child(artifact, 'image'));
      for (const image of [...buildpacks, ...artifacts]) {
        const field = wholeReference('skaffold', image);
        if (field) yield field;
      }
      for (const release of items(child(cursor, 'releases')))
        yield* imagesInDottedNames('skaffold', child(release, 'setValues'));
    }
  },
};
