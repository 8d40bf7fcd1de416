import { formatVersion, imageRepository, normalRepository, TAG } from '../../../image/reference.ts';
import type { FoundField } from '../../fields/find-fields.ts';
import type { DocumentText } from '../../syntax/documents.ts';
import type { Parser } from '../../syntax/parse.ts';
import { formatPath, type NodePath } from '../../syntax/path.ts';
import { offsetInFile } from '../../syntax/place.ts';
import type { Splice } from '../../syntax/splice.ts';
import { type Cursor, type ManifestDocument, rootOf, textAt } from '../../syntax/tree.ts';
import type { ImageBump } from '../image-bump.ts';
import { bumpFor } from '../plan-field.ts';
import { claimedNodes, versionsApart } from './apart.ts';
import { CommentScanner } from './comments.ts';
import { isConstraint, isCurrent } from './is-current.ts';
import type { Mention } from './left-place.ts';
import { mentionsIn } from './mentions.ts';
import { type PlacedScalar, scalarFinder } from './scalar-index.ts';

/** A place that may be left. Offsets are in the file, in UTF-16 units. */
export interface PossiblyLeft extends Mention {
  readonly path: string;
  readonly reason: string;
}

/** Places of a document, outside comments, where an image stands with another version. */
export function possiblyLeft(
  document: ManifestDocument,
  bumps: readonly ImageBump[],
  found: readonly FoundField[],
  parser: Parser,
): PossiblyLeft[] {
  const root = rootOf(document);
  const mentions = mentionsIn(document.text, bumps);
  const scalarAt = mentions.length > 0 ? scalarFinder(document) : () => undefined;
  const comments = new CommentScanner(document.text);
  const kind = textAt(root, 'kind');
  const inText = mentions.flatMap((mention): PossiblyLeft[] => {
    const scalar = scalarAt(mention.start);
    if (!scalar || (isBlock(scalar) && comments.isComment(mention.start))) return [];
    const reason = reasonFor(scalar, mention, kind);
    return [{ ...inFile(mention, document.offset), path: formatPath(scalar.path), reason }];
  });
  const query = { bumps, claimed: claimedNodes(found), parser };
  const apart = Array.from(versionsApart(root, document.text, query), ({ bump, value, reference }) => {
    const [start, end] = spanInFile(value);
    const path = formatPath(value.path);
    return {
      bump,
      start,
      end,
      reference,
      path,
      reason: 'is under a key that is not known to hold a version',
    };
  });
  return [...inText, ...apart, ...inFields(found, bumps)];
}

/** Fields in parts, which no text shows. Those that the bump changes are among its edits. */
function inFields(found: readonly FoundField[], bumps: readonly ImageBump[]): PossiblyLeft[] {
  return found.flatMap(({ field }): PossiblyLeft[] => {
    const { shape, tag, digest, names, path } = field;
    const value = shape.kind === 'parts' ? (shape.tag ?? shape.digest) : undefined;
    const bump = bumpFor(field, bumps);
    const [name] = names;
    // What an alias or a merge key brings in stands elsewhere.
    if (!value || !bump || !name || value.indirection || (tag === undefined && digest === undefined)) return [];
    const isOldName = normalRepository(name) === normalRepository(bump.from);
    if (tag !== undefined && (!TAG.test(tag) || isConstraint(tag))) return [];
    if (isCurrent({ tag, digest }, bump, isOldName)) return [];
    const [start, end] = spanInFile(value);
    const reference = imageRepository(name) + formatVersion({ tag, digest });
    return [{ bump, start, end, reference, path: formatPath(path), reason: 'was not changed' }];
  });
}

function spanInFile({ document, node }: Cursor): readonly [start: number, end: number] {
  return [offsetInFile(document, node.span[0]), offsetInFile(document, node.span[1])];
}

/** The same for a document that can't be parsed. */
export function possiblyLeftInText({ text, offset }: DocumentText, bumps: readonly ImageBump[]): PossiblyLeft[] {
  const comments = new CommentScanner(text);
  return mentionsIn(text, bumps)
    .filter(({ start }) => !comments.isComment(start))
    .map((mention) => ({ ...inFile(mention, offset), path: '', reason: "is in a document that can't be read" }));
}

/** Those that the edits of the file don't change. */
export function outsideEdits(places: readonly PossiblyLeft[], splices: readonly Splice[]): PossiblyLeft[] {
  const sorted = splices.toSorted((a, b) => a.start - b.start);
  let next = 0;
  return places
    .toSorted((a, b) => a.start - b.start)
    .filter(({ start, end }) => {
      while (next < sorted.length && (sorted[next]?.end ?? 0) <= start) next++;
      const edit = sorted[next];
      return edit === undefined || edit.start >= end;
    });
}

function inFile(mention: Mention, offset: number): Mention {
  return { ...mention, start: mention.start + offset, end: mention.end + offset };
}

function isBlock({ node }: PlacedScalar): boolean {
  return node.style === 'literal' || node.style === 'folded';
}

function reasonFor(scalar: PlacedScalar, mention: Mention, kind: string | undefined): string {
  if (scalar.isKey) return 'is a key';
  if (hasKeys(scalar.path, 'metadata', 'annotations')) return 'is in an annotation';
  if (kind === 'ConfigMap' || kind === 'Secret') return `is in a ${kind}, whose values only its readers understand`;
  if (isBlock(scalar)) return 'is inside a block of text';
  const { text } = scalar.node;
  return text === mention.reference ? 'is not known to be an image field' : 'is part of a longer text';
}

function hasKeys(path: NodePath, ...keys: readonly string[]): boolean {
  return keys.every((key, index) => {
    const step = path[index];
    return step?.kind === 'key' && step.key === key;
  });
}
