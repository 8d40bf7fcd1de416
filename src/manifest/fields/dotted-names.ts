import { type Cursor, mappingEntries } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';
import { imagesInNamedValues } from './image-keys.ts';

/** Values of a chart that are set by dotted names (`image.repository: …`, `image.tag: …`), as the keys of a mapping. */
export function imagesInDottedNames(mapping: Cursor | undefined): Generator<ImageField> {
  return imagesByName(new Map(mappingEntries(mapping).map(({ key, value }) => [key, value])));
}

/** Names such as `image.repository` and `image.tag`, grouped by what precedes the last dot; or `image` alone. */
export function* imagesByName(values: ReadonlyMap<string, Cursor | undefined>): Generator<ImageField> {
  const prefixOf = (name: string) => name.slice(0, name.lastIndexOf('.') + 1);
  for (const [prefix, names] of Map.groupBy(values.keys(), prefixOf)) {
    const get = (name: string) => values.get(prefix + name);
    const own = names.map((name) => name.slice(prefix.length));
    const key = prefix.slice(0, -1).split('.').at(-1) ?? '';
    yield* imagesInNamedValues({ names: own, get, key, joinsVersion: true });
  }
}
