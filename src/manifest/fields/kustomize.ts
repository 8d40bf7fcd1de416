import { type Cursor, child, descend, items, rootOf, textAt } from '../syntax/tree.ts';
import { type Finder, filled, type ImageField, partsIn, referenceInParts, repositoryOf } from './field.ts';
import { imagesInValues } from './helm-values.ts';

/** `images:` of a Kustomization or Component, and values of its charts; a kustomization file need not say its kind. */
export const kustomize: Finder = {
  name: 'kustomize',
  *find(document, { file }) {
    const root = rootOf(document);
    if (!isKustomization(root, file)) return;
    yield* kustomizeImages('kustomize', descend(root, 'images'));
    // How it was called before kustomize 2.
    yield* kustomizeImages('kustomize', descend(root, 'imageTags'));
    // Charts that Kustomize inflates.
    for (const chart of items(descend(root, 'helmCharts')))
      yield* imagesInValues('kustomize', child(chart, 'valuesInline'));
  },
};

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

function isKustomization(root: Cursor | undefined, file: string): boolean {
  const kind = textAt(root, 'kind');
  if (kind === undefined) return /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(file);
  const api = textAt(root, 'apiVersion');
  return (
    (kind === 'Kustomization' || kind === 'Component') &&
    (api === undefined || api.startsWith('kustomize.config.k8s.io/'))
  );
}
