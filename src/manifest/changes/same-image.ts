import { normalRepository, parseReference } from '../../image/reference.ts';
import type { ImageField } from '../fields/field.ts';
import { finders } from '../finders/finders.ts';
import type { Node } from '../syntax/node.ts';
import type { Parser } from '../syntax/parse.ts';
import type { Cursor, ManifestDocument } from '../syntax/tree.ts';
import type { FileChange } from './file-change.ts';

/** The repositories of the images that a value or mapping is part of. */
type Images = ReadonlyMap<Node, ReadonlySet<string>>;

/** Cached by document and kind of field. */
const imagesByDocument = new WeakMap<ManifestDocument, Map<string, Images>>();

/**
 * Whether a place still belongs to the image that a change is about. A tag alone doesn't say so: another image may have taken its place in
 * a list, or the repository next to it may have changed. A place that isn't a field of the change's kind counts as the same image.
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
  const byKind = imagesByDocument.get(document) ?? new Map<string, Images>();
  imagesByDocument.set(document, byKind);
  const known = byKind.get(kind);
  if (known) return known;
  const images = new Map<Node, Set<string>>();
  const context = { file, parser, embedded: true, distinctAliases: true, policies: new Map() };
  for (const finder of finders.filter(({ name }) => name === kind))
    for (const field of finder.find(document, context))
      for (const { node } of valuesAndHome(field)) {
        const names = images.get(node) ?? new Set();
        for (const name of field.names) names.add(normalRepository(name));
        images.set(node, names);
      }
  byKind.set(kind, images);
  return images;
}

function valuesAndHome({ shape }: ImageField): Cursor[] {
  if (shape.kind === 'whole') return [shape.value];
  const { registry, folder, repository, tag, digest, moreDigests, home } = shape;
  return [registry, folder, repository, tag, digest, ...moreDigests, home?.mapping].filter(
    (place) => place !== undefined,
  );
}
