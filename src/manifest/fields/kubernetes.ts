import { child, descend, items, rootOf, textAt, within } from '../syntax/tree.ts';
import { type Finder, wholeReference } from './field.ts';

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'];

/** Containers of pods and of pod templates, wherever a Kubernetes object (a custom resource, an item of a List) has them. */
export const kubernetes: Finder = {
  name: 'kubernetes',
  *find(document) {
    const root = rootOf(document);
    if (textAt(root, 'kind') === undefined) return;
    for (const cursor of within(root)) {
      if (cursor.node.kind !== 'mapping') continue;
      const images = CONTAINERS.flatMap((key) =>
        items(child(cursor, key)).map((container) => child(container, 'image')),
      );
      // An OCI image that is mounted (pod.spec.volumes[].image.reference).
      const mounted = items(child(cursor, 'volumes')).map((volume) => descend(volume, 'image', 'reference'));
      for (const image of [...images, ...mounted]) {
        const field = wholeReference('kubernetes', image);
        if (field) yield field;
      }
    }
  },
};
