import { formatVersion, imageRepository, TAG } from '../../../image/reference.ts';
import type { ImageField } from '../../fields/field.ts';
import type { FoundField } from '../../fields/find-fields.ts';
import type { NotDeployed } from '../../fields/not-deployed.ts';
import { nonEmptyText } from '../../fields/references.ts';
import type { DocumentText } from '../../syntax/documents.ts';
import type { Node } from '../../syntax/node.ts';
import type { Parser } from '../../syntax/parse.ts';
import { formatPath, type NodePath } from '../../syntax/path.ts';
import { offsetInFile } from '../../syntax/place.ts';
import type { Splice } from '../../syntax/splice.ts';
import { type Cursor, type ManifestDocument, rootOf, textAt } from '../../syntax/tree.ts';
import type { ImageBump } from '../image-bump.ts';
import { movesField } from '../part-texts.ts';
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

interface LeftQuery {
  readonly bumps: readonly ImageBump[];
  /** The fields of the images. */
  readonly found: readonly FoundField[];
  /** Those of them that the bump neither changes nor finds current. */
  readonly unmatched: readonly FoundField[];
  readonly parser: Parser;
  /** Why the document deploys no image; `undefined` if it may. */
  readonly deployed: NotDeployed | undefined;
}

/** Places of a document, outside comments, where an image has another version. */
export function possiblyLeft(document: ManifestDocument, query: LeftQuery): PossiblyLeft[] {
  const { bumps, found, unmatched, parser, deployed } = query;
  const root = rootOf(document);
  const mentions = mentionsIn(document.text, bumps);
  const scalarAt = mentions.length > 0 ? scalarFinder(document) : () => undefined;
  const comments = new CommentScanner(document.text);
  const kind = textAt(root, 'kind');
  const inText = new Set<Node>();
  const places: PossiblyLeft[] = [];
  const add = (mention: Mention, path: NodePath, reason: string) => {
    const isDeployed = !deployed || deployed.isWritten(path);
    places.push({ ...mention, path: formatPath(path), reason: isDeployed ? reason : deployed.reason });
  };
  for (const mention of mentions) {
    const scalar = scalarAt(mention.start);
    if (!scalar || (isBlock(scalar) && comments.isComment(mention.start))) continue;
    inText.add(scalar.node);
    add(inFile(mention, document.offset), scalar.path, reasonFor(scalar, mention, kind));
  }
  const apart = { bumps, claimed: claimedNodes(found), parser };
  for (const { bump, value, reference } of versionsApart(root, document.text, apart))
    add({ bump, reference, ...spanInFile(value) }, value.path, 'is under a key that is not known to hold a version');
  for (const { field } of unmatched) {
    const mention = inField(field, bumps, inText);
    if (mention) add(mention, field.path, 'was not changed');
  }
  return places;
}

/** The version of a field that the text doesn't show next to the repository. */
function inField(field: ImageField, bumps: readonly ImageBump[], inText: ReadonlySet<Node>): Mention | undefined {
  const { tag, digest, names } = field;
  const value = versionOf(field);
  const bump = bumpFor(field, bumps);
  const [name] = names;
  // What an alias or a merge key brings in is written elsewhere.
  if (!value || !bump || !name || value.indirection || inText.has(value.node)) return undefined;
  if (tag !== undefined && (!TAG.test(tag) || isConstraint(tag))) return undefined;
  const isOldName = field.isRegistryUnknown ? name.repository === bump.from.repository : movesField(field, bump);
  if (isCurrent({ tag, digest }, bump, isOldName)) return undefined;
  return { bump, reference: imageRepository(name) + formatVersion({ tag, digest }), ...spanInFile(value) };
}

/** The value with the version; `undefined` if there is none, or if it is in one scalar with the repository as a whole reference. */
function versionOf({ shape }: ImageField): Cursor | undefined {
  if (shape.kind === 'whole') return (shape.part ?? 'reference') === 'reference' ? undefined : shape.value;
  const { inline, repository, tag, digest, moreDigests } = shape;
  const values = [inline && repository, tag, digest, ...moreDigests];
  return values.find((value) => nonEmptyText(value) !== undefined);
}

function spanInFile({ document, node }: Cursor): Pick<Mention, 'start' | 'end'> {
  return { start: offsetInFile(document, node.span[0]), end: offsetInFile(document, node.span[1]) };
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
