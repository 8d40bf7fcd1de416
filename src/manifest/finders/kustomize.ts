import {
  type Finder,
  filled,
  type ImageField,
  partsIn,
  referenceInParts,
  repositoryOf,
  textIn,
  wholeReference,
} from '../fields/field.ts';
import { type Cursor, child, descend, items, rootOf, textAt } from '../syntax/tree.ts';
import { imagesInValues } from './helm-values.ts';
import { imagesInPods } from './kubernetes.ts';

/** `images:` of a Kustomization or Component, its inline patches and values of its charts; a kustomization file need not say its kind. */
export const kustomizeFinder: Finder = {
  name: 'kustomize',
  *find(document, context) {
    const root = rootOf(document);
    if (!isKustomization(root, context.file)) return;
    yield* kustomizeImages('kustomize', descend(root, 'images'));
    // How it was called before kustomize 2.
    yield* kustomizeImages('kustomize', descend(root, 'imageTags'));
    // Charts that Kustomize inflates.
    for (const chart of items(descend(root, 'helmCharts')))
      yield* imagesInValues('kustomize', child(chart, 'valuesInline'));
    const patches = ['patches', 'patchesJson6902'].flatMap((key) => items(descend(root, key)));
    const texts = [...patches.map((patch) => child(patch, 'patch')), ...items(descend(root, 'patchesStrategicMerge'))];
    for (const text of texts) yield* imagesInPatch(textIn(text, context));
  },
};

/** A strategic merge patch has containers as a pod has them; a JSON patch sets the value at a path that ends with `/image`. */
function* imagesInPatch(patch: Cursor | undefined): Generator<ImageField> {
  yield* imagesInPods('kustomize', patch);
  for (const operation of items(patch)) {
    if (!/\/image$/.test(textAt(operation, 'path') ?? '')) continue;
    const field = wholeReference('kustomize', child(operation, 'value'));
    if (field) yield field;
  }
}

const KEYS = [
  { key: 'name' },
  { key: 'newName', part: 'repository' },
  { key: 'newTag', part: 'tag' },
  { key: 'digest', part: 'digest' },
] as const;

/** The fields of a list of `{name, newName?, newTag?, digest?}` (kustomize's reference, "images"). */
export function kustomizeImages(kind: string, list: Cursor | undefined): ImageField[] {
  return items(list).flatMap((entry) => {
    const parts = partsIn(entry, KEYS);
    const names = [repositoryOf(filled(parts.repository)), repositoryOf(textAt(entry, 'name'))];
    return referenceInParts(kind, entry, names, parts) ?? [];
  });
}

/** How kustomize looks for the file; it need not say its kind then. */
const FILE_NAME = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;

/** Whether a file is worth parsing to find a Kustomization in it: a "no" is certain for what people write. */
export function mayBeKustomization({ file, text }: { readonly file: string; readonly text: string }): boolean {
  return FILE_NAME.test(file) || /\b(?:Kustomization|Component)\b/.test(text);
}

/** Whether a document is a Kustomization or Component by what it says, or by how its file is called where it says no kind. */
export function isKustomization(root: Cursor | undefined, file: string): boolean {
  const kind = textAt(root, 'kind');
  if (kind === undefined) return FILE_NAME.test(file);
  const api = textAt(root, 'apiVersion');
  return (
    (kind === 'Kustomization' || kind === 'Component') &&
    (api === undefined || api.startsWith('kustomize.config.k8s.io/'))
  );
}
