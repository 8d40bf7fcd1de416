import { type Cursor, child, items, selfAndDescendants, textAt } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';
import { wholeReference } from './references.ts';

/** Values in lists of `{name, value}` at any depth, if the name ends with "image" (or "bundle", a Tekton pipeline in a registry). */
export function* imagesInParameters(
  from: Cursor | undefined,
  list: string,
  keys: readonly string[],
): Generator<ImageField> {
  for (const cursor of selfAndDescendants(from)) {
    for (const parameter of items(child(cursor, list))) {
      if (!/(?:image|bundle)$/i.test(textAt(parameter, 'name') ?? '')) continue;
      for (const key of keys) {
        const field = wholeReference(child(parameter, key));
        // A single word may just as well name something else.
        if (field && (field.tag !== undefined || field.digest !== undefined || hasPath(field))) yield field;
      }
    }
  }
}

function hasPath({ names: [name] }: ImageField): boolean {
  return name?.repository.includes('/') === true || name?.registry !== undefined;
}
