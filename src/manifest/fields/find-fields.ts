import type { Node } from '../syntax/node.ts';
import { offsetInFile } from '../syntax/place.ts';
import type { Cursor, ManifestDocument } from '../syntax/tree.ts';
import type { Finder, FinderContext, ImageField } from './field.ts';

/** The image fields of a document; a value that several finders know, or that aliases lead to, counts once. */
export function fieldsOf(document: ManifestDocument, finders: readonly Finder[], context: FinderContext): ImageField[] {
  const claimed = new Set<Node>();
  return finders
    .flatMap((finder) => [...finder.find(document, context)])
    .filter((field) => {
      const [value] = valuesOf(field);
      if (!value || claimed.has(placeOf(value, context))) return false;
      const { shape } = field;
      for (const own of [value, ...(shape.kind === 'parts' ? [shape.tag, shape.digest] : [])])
        if (own) claimed.add(placeOf(own, context));
      return true;
    });
}

/** What tells a value apart: its node, or where it is borrowed, when each place counts. */
function placeOf({ node, borrowed }: Cursor, { apart }: FinderContext): Node {
  if (!apart || !borrowed) return node;
  return borrowed.kind === 'alias' ? borrowed.alias : borrowed.mapping;
}

/** Where a field's own value starts in the file, in UTF-16 units. */
export function startOf(field: ImageField): number {
  const [value] = valuesOf(field);
  const { borrowed, node } = value ?? {};
  const written = borrowed?.kind === 'alias' ? borrowed.alias : borrowed?.kind === 'merge' ? borrowed.pair.key : node;
  return value && written ? offsetInFile(value.document, written.span[0]) : 0;
}

/** The values that make a field, the telling ones first: the whole reference, or tag, digest and repository, or what would hold them. */
function valuesOf({ shape }: ImageField): Cursor[] {
  if (shape.kind === 'whole') return [shape.value];
  return [shape.tag, shape.digest, shape.repository, shape.home?.mapping].filter((value) => value !== undefined);
}
