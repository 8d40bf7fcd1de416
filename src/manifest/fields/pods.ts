import { type Cursor, child, descend, items, selfAndDescendants } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';
import { wholeReference } from './references.ts';

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'];

/** The images of every pod spec at any depth, recognized by its lists of containers. */
export function* imagesInPods(from: Cursor | undefined): Generator<ImageField> {
  for (const cursor of selfAndDescendants(from)) {
    if (cursor.node.kind !== 'mapping') continue;
    const images = CONTAINERS.flatMap((key) => items(child(cursor, key)).map((container) => child(container, 'image')));
    // A mounted OCI image (pod.spec.volumes[].image.reference).
    const mounted = items(child(cursor, 'volumes')).map((volume) => descend(volume, 'image', 'reference'));
    for (const image of [...images, ...mounted]) {
      const field = wholeReference(image);
      if (field) yield field;
    }
  }
}
