import { defineFinder } from '../fields/finder.ts';
import { imagesInValues } from '../fields/image-values.ts';
import { imagesInParameters } from '../fields/parameters.ts';
import { descend, rootOf, textAt } from '../syntax/tree.ts';

export const tektonFinder = defineFinder({
  name: 'tekton',
  describe:
    'Tekton: steps, sidecars and step templates, step actions, bundles, and parameters whose name ends with `image`',
  keywords: ['image', 'Image', 'repository', 'bundle'],
  *find(document) {
    const root = rootOf(document);
    if (!textAt(root, 'apiVersion')?.startsWith('tekton.dev/')) return;
    yield* imagesInValues(descend(root, 'spec'));
    yield* imagesInParameters(descend(root, 'spec'), 'params', ['default', 'value']);
  },
});
