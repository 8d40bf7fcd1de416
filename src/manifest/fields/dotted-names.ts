import { type Cursor, mappingEntries } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';
import { nonEmptyText, parseRepository, referenceInParts, wholeReference } from './references.ts';

/** Values of a chart that are set by dotted names (`image.repository: …`, `image.tag: …`), as the keys of a mapping. */
export function imagesInDottedNames(mapping: Cursor | undefined): Generator<ImageField> {
  return imagesByName(new Map(mappingEntries(mapping).map(({ key, value }) => [key, value])));
}

/** Names such as `image.repository` and `image.tag`, grouped by what precedes the last dot; or `image` alone. */
export function* imagesByName(values: ReadonlyMap<string, Cursor | undefined>): Generator<ImageField> {
  for (const [name, value] of values) {
    if (/(?:^|\.)image$/i.test(name)) {
      const field = wholeReference(value);
      if (field) yield field;
    }
    const prefix = /^(?<prefix>(?:.*\.)?)repository$/.exec(name)?.groups?.['prefix'];
    if (prefix === undefined || !value) continue;
    const [registry, tag, digest] = ['registry', 'tag', 'digest'].map((part) => values.get(`${prefix}${part}`));
    const repository = parseRepository(nonEmptyText(value), nonEmptyText(registry));
    const field = referenceInParts(value, [repository], { registry, repository: value, tag, digest });
    if (field) yield field;
  }
}
