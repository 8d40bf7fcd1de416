import type { Finder, ImageField } from './fields/field.ts';
import type { Parser } from './syntax/parse.ts';
import { lineAt, offsetInFile } from './syntax/place.ts';
import type { Cursor, ManifestDocument, Node } from './syntax/tree.ts';

/** The image fields of a document; a value that several finders know, or that aliases lead to, counts once. */
export function fieldsOf(
  document: ManifestDocument,
  file: string,
  finders: readonly Finder[],
  parser: Parser,
): ImageField[] {
  const claimed = new Set<Node | number>();
  return finders
    .flatMap((finder) => [...finder.find(document, { file, parser })])
    .filter((field) => {
      const [value] = valuesOf(field);
      if (!value) return false;
      // An embedded text is parsed anew for each finder, so its values are known by their place.
      const claim = value.document.holder ? startOf(value) : value.node;
      if (claimed.has(claim)) return false;
      claimed.add(claim);
      return true;
    });
}

/** The line in the file at which a field's own value stands, counted from 1. */
export function lineOf(field: ImageField, text: string): number {
  const [value] = valuesOf(field);
  return value ? lineAt(text, startOf(value)) : 1;
}

/** The values that make a field, the telling ones first: the whole reference, or tag, digest and repository. */
function valuesOf({ shape }: ImageField): Cursor[] {
  if (shape.kind === 'whole') return [shape.value];
  return [shape.tag, shape.digest, shape.repository].filter((value) => value !== undefined);
}

function startOf(value: Cursor): number {
  return offsetInFile(value.document, value.node.span[0]);
}
