import { defineFinder } from '../fields/finder.ts';
import { imagesInValues } from '../fields/image-values.ts';
import { descend, rootOf, textAt } from '../syntax/tree.ts';

/** Custom resources have no common place for images, so their whole `spec` is searched. Kubernetes' own groups have images in pods only. */
export const customResourceFinder = defineFinder({
  name: 'custom-resource',
  describe:
    'the `spec` of any other custom resource, at any depth: a reference in parts as in Helm values, or a whole one under `image`, `imageName` (CloudNativePG) or a key that ends with `Image`',
  keywords: ['image', 'Image', 'repository'],
  find(document) {
    const root = rootOf(document);
    const [group = '', version] = textAt(root, 'apiVersion')?.split('/') ?? [];
    const isCustom = version !== undefined && group.includes('.') && !group.endsWith('.k8s.io');
    return isCustom ? imagesInValues(descend(root, 'spec'), { joinsVersion: false }) : [];
  },
});
