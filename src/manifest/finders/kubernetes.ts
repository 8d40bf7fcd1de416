import { type Finder, type ImageField, wholeReference } from '../fields/field.ts';
import { type Cursor, child, descend, items, rootOf, selfAndDescendants, textAt } from '../syntax/tree.ts';

/** Containers of pods and of pod templates, wherever a Kubernetes object (a custom resource, an item of a List) has them. */
export const kubernetesFinder: Finder = {
  name: 'kubernetes',
  find(document) {
    const root = rootOf(document);
    return textAt(root, 'kind') === undefined ? [] : imagesInPods('kubernetes', root);
  },
};

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'];

/** The images of everything below that has containers as a pod has them. */
export function* imagesInPods(kind: string, from: Cursor | undefined): Generator<ImageField> {
  for (const cursor of selfAndDescendants(from)) {
    if (cursor.node.kind !== 'mapping') continue;
    const images = CONTAINERS.flatMap((key) => items(child(cursor, key)).map((container) => child(container, 'image')));
    // An OCI image that is mounted (pod.spec.volumes[].image.reference).
    const mounted = items(child(cursor, 'volumes')).map((volume) => descend(volume, 'image', 'reference'));
    for (const image of [...images, ...mounted]) {
      const field = wholeReference(kind, image);
      if (field) yield field;
    }
  }
}
