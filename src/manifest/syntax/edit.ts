import { type Entry, entriesInsertion } from './add-entry.ts';
import { freshScalar, keyInsertion } from './add-key.ts';
import { placeInHolder } from './embedded.ts';
import { differsAsExpected, type ExpectedDifference } from './expected-difference.ts';
import type { Alias, Mapping, Pair, Scalar } from './node.ts';
import type { Parser } from './parse.ts';
import { scalarText } from './scalar-text.ts';
import { applySplices, type Splice } from './splice.ts';
import type { ManifestDocument } from './tree.ts';

export type ManifestEdit =
  /** Replaces a scalar, or an alias of one, by a text. */
  | { readonly kind: 'set'; readonly document: ManifestDocument; readonly node: Scalar | Alias; readonly text: string }
  /** Adds a key to a mapping, after an existing one. */
  | {
      readonly kind: 'add';
      readonly document: ManifestDocument;
      readonly node: Mapping;
      readonly beside: Pair;
      readonly key: string;
      readonly text: string;
    }
  /** Adds mappings at the end of a list of the root. A missing list is created. */
  | {
      readonly kind: 'append';
      readonly document: ManifestDocument;
      readonly node: Mapping;
      readonly list: string;
      readonly entries: readonly Entry[];
    };

export type Edited = { readonly kind: 'edited'; readonly text: string; readonly splices: readonly Splice[] } | Unsafe;

interface Spliced {
  readonly kind: 'spliced';
  readonly splices: readonly Splice[];
}

/** The edit would change something else too, so it must not be written. */
interface Unsafe {
  readonly kind: 'unsafe';
  readonly reason: string;
}

/**
 * Edits the documents of a stream without changing any other byte. The result is parsed again and only returned if it differs from the
 * original exactly as requested.
 */
export function editStream(stream: string, edits: readonly ManifestEdit[], parser: Parser): Edited {
  const spliced = splicesOf(edits, parser);
  return spliced.kind === 'unsafe'
    ? spliced
    : { ...spliced, kind: 'edited', text: applySplices(stream, spliced.splices) };
}

/** The same edits as replacements in the stream that the documents are from. */
export function splicesOf(edits: readonly ManifestEdit[], parser: Parser): Spliced | Unsafe {
  const splices: Splice[] = [];
  const byDocument = Map.groupBy(edits, (edit) => ancestry(edit.document)[0] ?? edit.document);
  for (const [document, own] of byDocument) {
    const edited = editDocument(document, own, parser);
    if (edited.kind === 'unsafe') return edited;
    for (const { start, end, replacement } of edited.splices)
      splices.push({ start: start + document.offset, end: end + document.offset, replacement });
  }
  return { kind: 'spliced', splices };
}

/** Edits one document: first the YAML inside its block scalars, each verified on its own, then its own nodes. */
function editDocument(document: ManifestDocument, edits: readonly ManifestEdit[], parser: Parser): Edited {
  const expected: ExpectedDifference = { texts: new Map(), added: new Map(), appended: new Map() };
  const splices: Splice[] = [];
  for (const inner of new Set(edits.flatMap((edit) => embeddedBelow(document, edit.document)))) {
    const edited = editDocument(inner, edits, parser);
    if (edited.kind === 'unsafe' || !inner.holder) return edited;
    expected.texts.set(inner.holder.node, edited.text);
    for (const splice of edited.splices) splices.push(placeInHolder(splice, inner.holder));
  }
  for (const edit of edits.filter((each) => each.document === document)) {
    const conflict = applyEdit(edit, expected, splices);
    if (conflict) return { kind: 'unsafe', reason: conflict };
  }
  return verified(document, expected, splices, parser);
}

/** Makes an edit; returns why it can't be made, or `undefined`. */
function applyEdit(edit: ManifestEdit, expected: ExpectedDifference, splices: Splice[]): string | undefined {
  switch (edit.kind) {
    case 'set':
      return setText(edit, expected, splices);
    case 'add':
      return addKey(edit, expected, splices);
    case 'append':
      return append(edit, expected, splices);
  }
}

function append(
  edit: ManifestEdit & { kind: 'append' },
  { appended }: ExpectedDifference,
  splices: Splice[],
): string | undefined {
  const splice = entriesInsertion(edit);
  if (!splice || appended.has(edit.node)) return `there is no safe place for new entries of ${edit.list}`;
  appended.set(edit.node, edit);
  splices.push(splice);
  return undefined;
}

function setText(
  { document, node, text }: ManifestEdit & { kind: 'set' },
  { texts }: ExpectedDifference,
  splices: Splice[],
): string | undefined {
  const other = texts.get(node);
  if (other !== undefined)
    return other === text ? undefined : `one value would have to be "${other}" and "${text}" at once`;
  texts.set(node, text);
  if (node.kind === 'scalar' && node.text === text) return undefined;
  const [start, end] = node.span;
  // An empty value (`tag:`) starts right after the colon.
  const gap = start === end && document.text[start - 1] === ':' ? ' ' : '';
  splices.push({
    start,
    end,
    replacement: gap + scalarText(text, node.kind === 'alias' ? freshScalar(node) : node, document),
  });
  return undefined;
}

function addKey(
  edit: ManifestEdit & { kind: 'add' },
  { added }: ExpectedDifference,
  splices: Splice[],
): string | undefined {
  const before = added.get(edit.beside) ?? [];
  if (before.some(({ key }) => key === edit.key)) return undefined;
  const splice = keyInsertion(edit);
  if (!splice) return `there is no safe place for the key ${edit.key}`;
  added.set(edit.beside, [...before, edit]);
  splices.push(splice);
  return undefined;
}

function verified(
  document: ManifestDocument,
  expected: ExpectedDifference,
  splices: readonly Splice[],
  parser: Parser,
): Edited {
  const text = applySplices(document.text, splices);
  const parsed = parser.parse({ index: document.index, offset: document.offset, text }, document.holder);
  if (parsed.kind === 'unreadable') return { kind: 'unsafe', reason: `the result ${parsed.reason}` };
  const { json, root } = parsed.document;
  return json === document.json && differsAsExpected(document.root, root, expected)
    ? { kind: 'edited', text, splices }
    : { kind: 'unsafe', reason: 'the result would differ in more than the values to change' };
}

/** The documents around a document, outermost first, and the document itself. */
function ancestry(document: ManifestDocument): ManifestDocument[] {
  return document.holder ? [...ancestry(document.holder.document), document] : [document];
}

/** The embedded document directly inside `outer` that contains `document` or is `document`. */
function embeddedBelow(outer: ManifestDocument, document: ManifestDocument): ManifestDocument[] {
  const line = ancestry(document);
  const depth = line.indexOf(outer);
  return depth < 0 ? [] : line.slice(depth + 1, depth + 2);
}
