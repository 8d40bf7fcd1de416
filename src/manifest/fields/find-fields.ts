import { normalRepository } from '../../image/reference.ts';
import type { Node } from '../syntax/node.ts';
import { offsetInFile } from '../syntax/place.ts';
import type { Cursor, ManifestDocument } from '../syntax/tree.ts';
import type { ImageField } from './field.ts';
import type { Finder, FinderContext } from './finder.ts';

/** An image field, with the name of the finder that found it. */
export interface FoundField {
  readonly kind: string;
  readonly field: ImageField;
}

/** The image fields of a document. A value that several finders find, or that aliases share, counts once for each image. */
export function findFields(
  document: ManifestDocument,
  finders: readonly Finder[],
  context: FinderContext,
): FoundField[] {
  const claimed = new Map<Node, Set<string>>();
  return finders
    .flatMap((finder) => Array.from(finder.find(document, context), (field) => ({ kind: finder.name, field })))
    .filter(({ field }) => {
      const [value] = valuesOf(field);
      if (!value) return false;
      const [name] = field.names;
      const image = name ? normalRepository(name) : '';
      const known = claimed.get(nodeOf(value, context));
      if (known && (value.flaw !== 'shared' || known.has(image))) return false;
      for (const own of [value, ...versionsOf(field)]) {
        const node = nodeOf(own, context);
        claimed.set(node, (claimed.get(node) ?? new Set()).add(image));
      }
      return true;
    });
}

/** The node that identifies a value: the value itself, or the alias that leads to it if each alias counts. */
function nodeOf({ node, indirection }: Cursor, { distinctAliases }: FinderContext): Node {
  if (!distinctAliases || !indirection) return node;
  return indirection.kind === 'alias' ? indirection.alias : indirection.mapping;
}

/** Where a field's value starts in the file, in UTF-16 units. */
export function startOf(field: ImageField): number {
  const [value] = valuesOf(field);
  const { indirection, node } = value ?? {};
  const written =
    indirection?.kind === 'alias' ? indirection.alias : indirection?.kind === 'merge' ? indirection.pair.key : node;
  return value && written ? offsetInFile(value.document, written.span[0]) : 0;
}

/** The values of a field, the one that identifies it first: the whole reference, or its version, repository, or their mapping. */
function valuesOf(field: ImageField): Cursor[] {
  const { shape } = field;
  if (shape.kind === 'whole') return [shape.value];
  return [...versionsOf(field), shape.repository, shape.home?.mapping].filter((value) => value !== undefined);
}

/** The values that hold the version of a reference in parts. */
function versionsOf({ shape }: ImageField): Cursor[] {
  if (shape.kind === 'whole') return [];
  const { inline, repository, tag, digest, moreDigests } = shape;
  return [inline && repository, tag, digest, ...moreDigests].filter((value) => value !== undefined);
}
