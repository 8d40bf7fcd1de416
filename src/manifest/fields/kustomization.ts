import { type Cursor, items, textAt } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';
import { parseRepository, partsIn, referenceInParts } from './references.ts';

const KEYS = [
  { key: 'name' },
  { key: 'newName', part: 'repository' },
  { key: 'newTag', part: 'tag' },
  { key: 'digest', part: 'digest' },
] as const;

/** The fields of a list of `{name, newName?, newTag?, digest?}` (kustomize's reference, "images"). */
export function kustomizeImages(list: Cursor | undefined): ImageField[] {
  return items(list).flatMap((entry) => {
    const parts = partsIn(entry, KEYS);
    const field = referenceInParts(entry, [parseRepository(textAt(entry, 'name'))], { ...parts, isTagOptional: true });
    if (field?.shape.kind !== 'parts') return [];
    // Kustomize would write the tag of the image, or `newTag`, after it.
    return field.shape.inline
      ? { ...field, contradiction: 'has a version in `newName`, which can only be a repository' }
      : field;
  });
}

/** The file names that kustomize looks for. Such a file needs no `kind`. */
const FILE_NAME = /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/;

/** Whether a file is worth parsing to find a Kustomization in it. `false` is certain for files that people write. */
export function mayBeKustomization({ file, text }: { readonly file: string; readonly text: string }): boolean {
  return FILE_NAME.test(file) || /\b(?:Kustomization|Component)\b/.test(text);
}

/** Whether a document is a Kustomization or Component: by its `kind`, or by its file name if it has no `kind`. */
export function isKustomization(root: Cursor | undefined, file: string): boolean {
  const kind = textAt(root, 'kind');
  if (kind === undefined) return FILE_NAME.test(file);
  const apiVersion = textAt(root, 'apiVersion');
  return (
    (kind === 'Kustomization' || kind === 'Component') &&
    (apiVersion === undefined || apiVersion.startsWith('kustomize.config.k8s.io/'))
  );
}
