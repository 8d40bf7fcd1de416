import { type Cursor, child, mappingEntries, selfAndDescendants } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';
import { imagesInNamedValues } from './image-keys.ts';

/**
 * Images at any depth, as Helm charts and custom resources write them:
 * - a mapping `{registry?, repository, tag?, digest?}`, also under the other names that charts use,
 * - a whole reference under `image`, `imageName` or a key that ends with `Image` (`initImage`),
 * - a repository under such a key, with the other parts next to it: under the key plus `Tag` (`imageTag`), or for `image` under `tag`.
 */
export function* imagesInValues(
  values: Cursor | undefined,
  { joinsVersion }: { readonly joinsVersion: boolean } = { joinsVersion: true },
): Generator<ImageField> {
  for (const cursor of selfAndDescendants(values)) {
    if (cursor.node.kind !== 'mapping') continue;
    yield* imagesInNamedValues({
      names: mappingEntries(cursor).map(({ key }) => key),
      get: (name) => child(cursor, name),
      key: lastKey(cursor),
      mapping: cursor,
      joinsVersion,
    });
  }
}

/** The key of a value; of its list, if it is an item of one. */
function lastKey({ path }: Cursor): string {
  const step = path.findLast(({ kind }) => kind === 'key');
  return step?.kind === 'key' ? step.key : '';
}
