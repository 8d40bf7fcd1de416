import { defineFinder } from '../fields/finder.ts';
import { imagesInValues } from '../fields/image-values.ts';
import { rootOf, textAt } from '../syntax/tree.ts';
import { isCompose } from './compose.ts';

export const helmValuesFinder = defineFinder({
  name: 'helm-values',
  describe:
    'files without Kubernetes objects, such as Helm values, at any depth: a reference in parts (`registry`; `repository`, `image` or `name`; `tag` or `version`; `digest`, `sha`, `sha256` or `hash`), a whole reference under `image`, `imageName` or a key that ends with `Image`, or parts next to such a key (`image` and `tag`, `imageRepository` and `imageTag`)',
  keywords: ['image', 'Image', 'repository'],
  find(document) {
    const root = rootOf(document);
    const isObject = textAt(root, 'kind') !== undefined && textAt(root, 'apiVersion') !== undefined;
    return isObject || isCompose(document) ? [] : imagesInValues(root);
  },
});
