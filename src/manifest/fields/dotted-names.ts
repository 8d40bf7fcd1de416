import { type Cursor, entries } from '../syntax/tree.ts';
import { filled, type ImageField, referenceInParts, repositoryOf, wholeReference } from './field.ts';

/** Values of a chart that are set by dotted names (`image.repository: …`, `image.tag: …`), as the keys of a mapping. */
export function imagesInDottedNames(kind: string, mapping: Cursor | undefined): Generator<ImageField> {
  return imagesByName(kind, new Map(entries(mapping).map(({ key, value }) => [key, value])));
}

/** Names such as `image.repository` and `image.tag`, put together by what stands before the last dot; or `image` alone. */
export function* imagesByName(kind: string, values: ReadonlyMap<string, Cursor | undefined>): Generator<ImageField> {
  for (const [name, value] of values) {
    if (/(?:^|\.)image$/i.test(name)) {
      const field = wholeReference(kind, value);
      if (field) yield field;
    }
    const prefix = /^(?<prefix>(?:.*\.)?)repository$/.exec(name)?.groups?.['prefix'];
    if (prefix === undefined || !value) continue;
    const [registry, tag, digest] = ['registry', 'tag', 'digest'].map((part) => values.get(`${prefix}${part}`));
    const repository = repositoryOf(filled(value), filled(registry));
    const field = referenceInParts(kind, value, [repository], { registry, repository: value, tag, digest });
    if (field) yield field;
  }
}
