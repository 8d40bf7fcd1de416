import {
  type Finder,
  filled,
  type ImageField,
  partsIn,
  referenceInParts,
  repositoryOf,
  wholeReference,
} from '../fields/field.ts';
import { type Cursor, child, entries, rootOf, selfAndDescendants, textAt } from '../syntax/tree.ts';
import { isCompose } from './compose.ts';

/** Files of Helm values, and others that are no Kubernetes objects: images at any depth. */
export const helmValuesFinder: Finder = {
  name: 'helm-values',
  find(document) {
    const root = rootOf(document);
    const isObject = textAt(root, 'kind') !== undefined && textAt(root, 'apiVersion') !== undefined;
    return isObject || isCompose(document) ? [] : imagesInValues('helm-values', root);
  },
};

/** `{registry?, repository, tag?, digest?}`, `image: repo:tag`, and `image: repo` beside its tag, at any depth. */
export function* imagesInValues(kind: string, values: Cursor | undefined): Generator<ImageField> {
  for (const cursor of selfAndDescendants(values)) {
    if (cursor.node.kind !== 'mapping') continue;
    const inParts = imageMapping(kind, cursor);
    if (inParts) yield inParts;
    for (const { key, value } of entries(cursor)) {
      const field = /^image(?:Name)?$|Image$/.test(key) ? imageValue(kind, cursor, key, value) : undefined;
      if (field) yield field;
    }
  }
}

const KEYS = (['registry', 'repository', 'tag', 'digest'] as const).map((part) => ({ key: part, part }));
/** Some charts call the repository `name`. */
const NAME_KEYS = KEYS.map(({ key, part }) => ({ key: part === 'repository' ? 'name' : key, part }));

function imageMapping(kind: string, mapping: Cursor): ImageField | undefined {
  const isImage = /image/i.test(lastKey(mapping));
  const isNamed = isImage && !child(mapping, 'repository');
  const parts = partsIn(mapping, isNamed ? NAME_KEYS : KEYS);
  const { registry, repository, tag, digest } = parts;
  // `imagePullSecret: {name}`, `imageRepositoryRef: {name}`: a name alone is an image's only under a key that says no more.
  if (isNamed && !tag && !digest && !/image$/i.test(lastKey(mapping))) return undefined;
  // A chart's `repository:` (a URL, or one without a tag beside it) is no image.
  if (!tag && !digest && !registry && !isImage) return undefined;
  const name = repositoryOf(filled(repository), filled(registry));
  return referenceInParts(kind, mapping, [name], parts);
}

function imageValue(kind: string, mapping: Cursor, key: string, value: Cursor): ImageField | undefined {
  const whole = wholeReference(kind, value);
  const tag = child(mapping, `${key}Tag`) ?? (key === 'image' ? child(mapping, 'tag') : undefined);
  if (!whole || !tag || whole.tag !== undefined || whole.digest !== undefined) return whole;
  return referenceInParts(kind, value, whole.names, { repository: value, tag });
}

function lastKey({ path }: Cursor): string {
  const step = path.at(-1);
  return step?.kind === 'key' ? step.key : '';
}
