import type { ImageField } from '../fields/field.ts';
import { defineFinder, embeddedYaml } from '../fields/finder.ts';
import { imagesInValues } from '../fields/image-values.ts';
import { isKustomization, kustomizeImages } from '../fields/kustomization.ts';
import { imagesInPods } from '../fields/pods.ts';
import { wholeReference } from '../fields/references.ts';
import { type Cursor, child, descend, items, rootOf, textAt } from '../syntax/tree.ts';

export const kustomizeFinder = defineFinder({
  name: 'kustomize',
  describe:
    '`images:` of a Kustomization or Component (`newName`, `newTag`, `digest`), its inline patches, `valuesInline` of its charts',
  keywords: ['image', 'Image', 'repository'],
  *find(document, context) {
    const root = rootOf(document);
    if (!isKustomization(root, context.file)) return;
    yield* kustomizeImages(descend(root, 'images'));
    // The name of `images` before kustomize 2.
    yield* kustomizeImages(descend(root, 'imageTags'));
    for (const chart of items(descend(root, 'helmCharts'))) yield* imagesInValues(child(chart, 'valuesInline'));
    const patches = ['patches', 'patchesJson6902'].flatMap((key) => items(descend(root, key)));
    const texts = [...patches.map((patch) => child(patch, 'patch')), ...items(descend(root, 'patchesStrategicMerge'))];
    for (const text of texts) yield* imagesInPatch(embeddedYaml(text, context));
  },
});

/** A strategic merge patch has containers like a pod; a JSON patch sets the value at a path that ends with `/image`. */
function* imagesInPatch(patch: Cursor | undefined): Generator<ImageField> {
  yield* imagesInPods(patch);
  for (const operation of items(patch)) {
    if (!/\/image$/.test(textAt(operation, 'path') ?? '')) continue;
    const field = wholeReference(child(operation, 'value'));
    if (field) yield field;
  }
}
