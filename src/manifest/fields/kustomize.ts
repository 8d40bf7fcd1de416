import { type Cursor, child, descend, items, rootOf, textAt } from '../tree.ts';
import { type Finder, filled, type ImageField, referenceInParts, repositoryOf } from './field.ts';

/** `images:` of a Kustomization or Component; a kustomization file need not say its kind. */
export const kustomize: Finder = {
  name: 'kustomize',
  find(document, { file }) {
    const root = rootOf(document);
    return isKustomization(root, file) ? kustomizeImages('kustomize', descend(root, 'images')) : [];
  },
};

/** The fields of a list of `{name, newName?, newTag?, digest?}` (kustomize's reference, "images"). */
export function kustomizeImages(kind: string, list: Cursor | undefined): ImageField[] {
  return items(list).flatMap((entry) => {
    const newName = child(entry, 'newName');
    const names = [repositoryOf(filled(newName)), repositoryOf(textAt(entry, 'name'))];
    const parts = { repository: newName, tag: child(entry, 'newTag'), digest: child(entry, 'digest') };
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
