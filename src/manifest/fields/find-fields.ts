import type { Node } from '../syntax/node.ts';
import { offsetInFile } from '../syntax/place.ts';
import type { Cursor, ManifestDocument } from '../syntax/tree.ts';
import type { Finder, FinderContext, ImageField } from './field.ts';

/** The image fields of a document; a value that several finders know, or that aliases lead to, counts once. */
export function findFields(
  document: ManifestDocument,
  finders: readonly Finder[],
  context: FinderContext,
): ImageField[] {
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

/** What tells a value apart: its node, or where it is indirection, when each place counts. */
function placeOf({ node, indirection }: Cursor, { distinctAliases }: FinderContext): Node {
  if (!distinctAliases || !indirection) return node;
  return indirection.kind === 'alias' ? indirection.alias : indirection.mapping;
}

/** Where a field's own value starts in the file, in UTF-16 units. */
export function startOf(field: ImageField): number {
  const [value] = valuesOf(field);
  const { indirection, node } = value ?? {};
  const written =
    indirection?.kind === 'alias' ? indirection.alias : indirection?.kind === 'merge' ? indirection.pair.key : node;
  return value && written ? offsetInFile(value.document, written.span[0]) : 0;
}

/** The values that make a field, the telling ones first: the whole reference, or tag, digest and repository, or what would hold them. */
function valuesOf({ shape }: ImageField): Cursor[] {
  if (shape.kind === 'whole') return [shape.value];
  return [shape.tag, shape.digest, shape.repository, shape.home?.mapping].filter((value) => value !== undefined);
}
