import { imagesInDottedNames } from '../fields/dotted-names.ts';
import { defineFinder } from '../fields/finder.ts';
import { imagesInValues } from '../fields/image-values.ts';
import { wholeReference } from '../fields/references.ts';
import { child, descend, items, rootOf, selfAndDescendants, textAt } from '../syntax/tree.ts';

export const skaffoldFinder = defineFinder({
  name: 'skaffold',
  describe:
    'Skaffold: artifacts, `builder` and `runImage` of buildpacks, `verify` and custom actions, `setValues` of Helm releases',
  keywords: ['image', 'Image', 'repository', 'builder'],
  *find(document) {
    const root = rootOf(document);
    if (!textAt(root, 'apiVersion')?.startsWith('skaffold/')) return;
    yield* imagesInValues(root);
    for (const cursor of selfAndDescendants(root)) {
      const buildpacks = ['builder', 'runImage'].map((key) => descend(cursor, 'buildpacks', key));
      const artifacts = items(child(cursor, 'artifacts')).map((artifact) => child(artifact, 'image'));
      for (const image of [...buildpacks, ...artifacts]) {
        const field = wholeReference(image);
        if (field) yield field;
      }
      for (const release of items(child(cursor, 'releases'))) yield* imagesInDottedNames(child(release, 'setValues'));
    }
  },
});
