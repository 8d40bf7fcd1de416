import { placeInHolder } from './embedded.ts';
import type { Parser } from './parse.ts';
import { scalarText } from './scalar-text.ts';
import { applySplices, type Splice } from './splice.ts';
import type { ManifestDocument, Node, Scalar } from './tree.ts';

/** A scalar and the text that it shall have. */
export interface Edit {
  readonly document: ManifestDocument;
  readonly node: Scalar;
  readonly text: string;
}

export type Edited =
  | { readonly kind: 'edited'; readonly text: string; readonly splices: readonly Splice[] }
  /** The edit would not change exactly what was asked; nothing is to be written. */
  | { readonly kind: 'unsafe'; readonly reason: string };

/**
 * Replaces the values of scalars in the documents of a stream, and not one byte else. The result is parsed again and given out
 * only when exactly the edited scalars differ, each with its new text.
 */
export function editStream(stream: string, edits: readonly Edit[], parser: Parser): Edited {
  const splices: Splice[] = [];
  for (const document of new Set(edits.map((edit) => lineage(edit.document)[0] ?? edit.document))) {
    const edited = editDocument(document, edits, parser);
    if (edited.kind === 'unsafe') return edited;
    for (const { start, end, replacement } of edited.splices)
      splices.push({ start: start + document.offset, end: end + document.offset, replacement });
  }
  return { kind: 'edited', text: applySplices(stream, splices), splices };
}

/** Edits one document: first the texts inside its block scalars, each with its own proof, then its own scalars. */
function editDocument(document: ManifestDocument, edits: readonly Edit[], parser: Parser): Edited {
  const expected = new Map<Scalar, string>();
  const splices: Splice[] = [];
  for (const inner of new Set(edits.flatMap((edit) => embeddedBelow(document, edit.document)))) {
    const edited = editDocument(inner, edits, parser);
    if (edited.kind === 'unsafe' || !inner.holder) return edited;
    expected.set(inner.holder.node, edited.text);
    for (const splice of edited.splices) splices.push(placeInHolder(splice, inner.holder));
  }
  for (const { node, text } of edits.filter((edit) => edit.document === document)) {
    const other = expected.get(node);
    if (other !== undefined && other !== text)
      return { kind: 'unsafe', reason: `one value would have to be "${other}" and "${text}" at once` };
    if (other === undefined && node.text !== text) splices.push(spliceOf(document, node, text));
    expected.set(node, text);
  }
  return proven(document, expected, splices, parser);
}

function spliceOf(document: ManifestDocument, node: Scalar, text: string): Splice {
  const [start, end] = node.span;
  // An empty value (`tag:`) begins right behind the colon.
  const gap = start === end && document.text[start - 1] === ':' ? ' ' : '';
  return { start, end, replacement: gap + scalarText(text, node, document) };
}

function proven(
  document: ManifestDocument,
  expected: ReadonlyMap<Scalar, string>,
  splices: readonly Splice[],
  parser: Parser,
): Edited {
  const text = applySplices(document.text, splices);
  const parsed = parser.parse({ index: document.index, offset: document.offset, text }, document.holder);
  if (parsed.kind === 'unreadable') return { kind: 'unsafe', reason: `the result ${parsed.reason}` };
  const { json, root } = parsed.document;
  return json === document.json && isSame(document.root, root, expected)
    ? { kind: 'edited', text, splices }
    : { kind: 'unsafe', reason: 'the result would differ in more than the values that were to change' };
}

/** Whether two trees are the same but for the scalars that have an expected text. */
function isSame(before: Node | undefined, after: Node | undefined, expected: ReadonlyMap<Scalar, string>): boolean {
  if (!before || !after) return before === after;
  if (before.anchor !== after.anchor || before.tag !== after.tag) return false;
  if (before.kind === 'scalar') return after.kind === 'scalar' && (expected.get(before) ?? before.text) === after.text;
  if (before.kind === 'alias') return after.kind === 'alias' && before.name === after.name;
  if (before.kind === 'list')
    return (
      after.kind === 'list' &&
      before.items.length === after.items.length &&
      before.items.every((item, i) => isSame(item, after.items[i], expected))
    );
  return (
    after.kind === 'mapping' &&
    before.pairs.length === after.pairs.length &&
    before.pairs.every(
      ({ key, value }, i) =>
        isSame(key, after.pairs[i]?.key, expected) && isSame(value, after.pairs[i]?.value, expected),
    )
  );
}

/** The document and those that hold it, outermost first. */
function lineage(document: ManifestDocument): ManifestDocument[] {
  return document.holder ? [...lineage(document.holder.document), document] : [document];
}

/** The embedded document right below `outer` that holds `document` or is it. */
function embeddedBelow(outer: ManifestDocument, document: ManifestDocument): ManifestDocument[] {
  const line = lineage(document);
  const depth = line.indexOf(outer);
  return depth < 0 ? [] : line.slice(depth + 1, depth + 2);
}
