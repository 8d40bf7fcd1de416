import { type Cursor, child, mappingEntries, selfAndDescendants } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';
import { nonEmptyText, parseRepository, partsIn, referenceInParts, wholeReference } from './references.ts';

/**
 * Images at any depth, as Helm charts and custom resources write them:
 * - a mapping `{registry?, repository, tag?, digest?}`,
 * - a whole reference under `image`, `imageName` or a key that ends with `Image` (`initImage`),
 * - a repository under such a key, with its tag next to it: under the key plus `Tag` (`imageTag`), or for `image` under `tag`.
 */
export function* imagesInValues(values: Cursor | undefined): Generator<ImageField> {
  for (const cursor of selfAndDescendants(values)) {
    if (cursor.node.kind !== 'mapping') continue;
    const inParts = imageMapping(cursor);
    if (inParts) yield inParts;
    for (const { key, value } of mappingEntries(cursor)) {
      const field = IMAGE_KEY.test(key) ? imageValue(cursor, key, value) : undefined;
      if (field) yield field;
    }
  }
}

/** Keys whose value is an image reference. CloudNativePG and others write `imageName`. */
const IMAGE_KEY = /^image(?:Name)?$|Image$/;

const KEYS = (['registry', 'repository', 'tag', 'digest'] as const).map((part) => ({ key: part, part }));
/** Some charts call the repository `name`. */
const NAME_KEYS = KEYS.map(({ key, part }) => ({ key: part === 'repository' ? 'name' : key, part }));

function imageMapping(mapping: Cursor): ImageField | undefined {
  const isImage = /image/i.test(lastKey(mapping));
  const usesName = isImage && !child(mapping, 'repository');
  const parts = partsIn(mapping, usesName ? NAME_KEYS : KEYS);
  const { registry, repository, tag, digest } = parts;
  // `imagePullSecret: {name}` and `imageRepositoryRef: {name}` aren't images: a name alone counts only if the key ends with "image".
  if (usesName && !tag && !digest && !/image$/i.test(lastKey(mapping))) return undefined;
  // `repository:` alone is often a Helm chart's URL.
  if (!tag && !digest && !registry && !isImage) return undefined;
  const name = parseRepository(nonEmptyText(repository), nonEmptyText(registry));
  return referenceInParts(mapping, [name], parts);
}

function imageValue(mapping: Cursor, key: string, value: Cursor): ImageField | undefined {
  const whole = wholeReference(value);
  const tag = child(mapping, `${key}Tag`) ?? (key === 'image' ? child(mapping, 'tag') : undefined);
  if (!whole || !tag || whole.tag !== undefined || whole.digest !== undefined) return whole;
  return referenceInParts(value, whole.names, { repository: value, tag });
}

function lastKey({ path }: Cursor): string {
  const step = path.at(-1);
  return step?.kind === 'key' ? step.key : '';
}
