import { normalRepository, parseReference } from '../../image/reference.ts';
import type { ImageField } from '../fields/field.ts';
import { findersOf } from '../finders/finders.ts';
import type { Node } from '../syntax/node.ts';
import type { Parser } from '../syntax/parse.ts';
import type { Cursor, ManifestDocument } from '../syntax/tree.ts';
import type { FileChange } from './file-change.ts';

/** By value or mapping, the repositories of the images that it is a part of. */
type Images = ReadonlyMap<Node, ReadonlySet<string>>;

/** By document and kind of field; found out once. */
const found = new WeakMap<ManifestDocument, Map<string, Images>>();

/**
 * Whether a place is still of the image that a change is about. A tag alone does not tell: by now it may be that of another image, which
 * took the place in a list or the repository beside it. Places that the finder of the change does not know are not judged.
 */
export function isSameImage({ document, node }: Pick<Cursor, 'document' | 'node'>, change: FileChange, parser: Parser) {
  const from = parseReference(change.from);
  const to = parseReference(change.image);
  const images = imagesIn(outermost(document), change, parser).get(node);
  if (!images || !from) return true;
  return images.has(normalRepository(from)) || (to !== undefined && images.has(normalRepository(to)));
}

function outermost(document: ManifestDocument): ManifestDocument {
  return document.holder ? outermost(document.holder.document) : document;
}

function imagesIn(document: ManifestDocument, { file, kind }: FileChange, parser: Parser): Images {
  const kinds = found.get(document) ?? new Map<string, Images>();
  found.set(document, kinds);
  const known = kinds.get(kind);
  if (known) return known;
  const images = new Map<Node, Set<string>>();
  const context = { file, parser, embedded: true, distinctAliases: true, policies: new Map() };
  for (const finder of findersOf([]).filter(({ name }) => name === kind))
    for (const field of finder.find(document, context))
      for (const { node } of placesOf(field)) {
        const names = images.get(node) ?? new Set();
        for (const name of field.names) names.add(normalRepository(name));
        images.set(node, names);
      }
  kinds.set(kind, images);
  return images;
}

function placesOf({ shape }: ImageField): Cursor[] {
  if (shape.kind === 'whole') return [shape.value];
  const { registry, repository, tag, digest, home } = shape;
  return [registry, repository, tag, digest, home?.mapping].filter((place) => place !== undefined);
}
