import { keyInsertion } from './add-key.ts';
import { placeInHolder } from './embedded.ts';
import type { Parser } from './parse.ts';
import { scalarText } from './scalar-text.ts';
import { applySplices, type Splice } from './splice.ts';
import type { ManifestDocument, Mapping, Node, Pair, Scalar } from './tree.ts';

export type Edit =
  /** A scalar and the text that it shall have. */
  | { readonly kind: 'set'; readonly document: ManifestDocument; readonly node: Scalar; readonly text: string }
  /** A key that a mapping shall have behind one that it has. */
  | {
      readonly kind: 'add';
      readonly document: ManifestDocument;
      readonly node: Mapping;
      readonly beside: Pair;
      readonly key: string;
      readonly text: string;
    };

export type Edited =
  | { readonly kind: 'edited'; readonly text: string; readonly splices: readonly Splice[] }
  /** The edit would not change exactly what was asked; nothing is to be written. */
  | { readonly kind: 'unsafe'; readonly reason: string };

/** What is to differ once a document is edited. */
interface Expected {
  readonly texts: Map<Scalar, string>;
  /** Keys that come behind a pair. */
  readonly added: Map<Pair, readonly { readonly key: string; readonly text: string }[]>;
}

/**
 * Changes values in the documents of a stream, and not one byte else. The result is parsed again and given out only when exactly
 * what was asked differs.
 */
export function editStream(stream: string, edits: readonly Edit[], parser: Parser): Edited {
  const splices: Splice[] = [];
  const byDocument = Map.groupBy(edits, (edit) => lineage(edit.document)[0] ?? edit.document);
  for (const [document, own] of byDocument) {
    const edited = editDocument(document, own, parser);
    if (edited.kind === 'unsafe') return edited;
    for (const { start, end, replacement } of edited.splices)
      splices.push({ start: start + document.offset, end: end + document.offset, replacement });
  }
  return { kind: 'edited', text: applySplices(stream, splices), splices };
}

/** Edits one document: first the texts inside its block scalars, each with its own proof, then its own nodes. */
function editDocument(document: ManifestDocument, edits: readonly Edit[], parser: Parser): Edited {
  const expected: Expected = { texts: new Map(), added: new Map() };
  const splices: Splice[] = [];
  for (const inner of new Set(edits.flatMap((edit) => embeddedBelow(document, edit.document)))) {
    const edited = editDocument(inner, edits, parser);
    if (edited.kind === 'unsafe' || !inner.holder) return edited;
    expected.texts.set(inner.holder.node, edited.text);
    for (const splice of edited.splices) splices.push(placeInHolder(splice, inner.holder));
  }
  for (const edit of edits.filter((each) => each.document === document)) {
    const conflict = edit.kind === 'set' ? setText(edit, expected, splices) : addKey(edit, expected, splices);
    if (conflict) return { kind: 'unsafe', reason: conflict };
  }
  return proven(document, expected, splices, parser);
}

function setText(
  { document, node, text }: Edit & { kind: 'set' },
  { texts }: Expected,
  splices: Splice[],
): string | undefined {
  const other = texts.get(node);
  if (other !== undefined)
    return other === text ? undefined : `one value would have to be "${other}" and "${text}" at once`;
  texts.set(node, text);
  if (node.text === text) return undefined;
  const [start, end] = node.span;
  // An empty value (`tag:`) begins right behind the colon.
  const gap = start === end && document.text[start - 1] === ':' ? ' ' : '';
  splices.push({ start, end, replacement: gap + scalarText(text, node, document) });
  return undefined;
}

function addKey(edit: Edit & { kind: 'add' }, { added }: Expected, splices: Splice[]): string | undefined {
  const before = added.get(edit.beside) ?? [];
  if (before.some(({ key }) => key === edit.key)) return undefined;
  const splice = keyInsertion(edit);
  if (!splice) return `there is no safe place for the key ${edit.key}`;
  added.set(edit.beside, [...before, edit]);
  splices.push(splice);
  return undefined;
}

function proven(document: ManifestDocument, expected: Expected, splices: readonly Splice[], parser: Parser): Edited {
  const text = applySplices(document.text, splices);
  const parsed = parser.parse({ index: document.index, offset: document.offset, text }, document.holder);
  if (parsed.kind === 'unreadable') return { kind: 'unsafe', reason: `the result ${parsed.reason}` };
  const { json, root } = parsed.document;
  return json === document.json && isSame(document.root, root, expected)
    ? { kind: 'edited', text, splices }
    : { kind: 'unsafe', reason: 'the result would differ in more than the values that were to change' };
}

/** Whether two trees are the same but for what is expected to differ. */
function isSame(before: Node | undefined, after: Node | undefined, expected: Expected): boolean {
  if (!before || !after) return before === after;
  if (before.anchor !== after.anchor || before.tag !== after.tag) return false;
  if (before.kind === 'scalar')
    return after.kind === 'scalar' && (expected.texts.get(before) ?? before.text) === after.text;
  if (before.kind === 'alias') return after.kind === 'alias' && before.name === after.name;
  if (before.kind === 'list')
    return (
      after.kind === 'list' &&
      before.items.length === after.items.length &&
      before.items.every((item, i) => isSame(item, after.items[i], expected))
    );
  return after.kind === 'mapping' && hasSamePairs(before.pairs, after.pairs, expected);
}

function hasSamePairs(before: readonly Pair[], after: readonly Pair[], expected: Expected): boolean {
  let at = 0;
  for (const pair of before) {
    const there = after[at++];
    if (!isSame(pair.key, there?.key, expected) || !isSame(pair.value, there?.value, expected)) return false;
    for (const added of expected.added.get(pair) ?? []) {
      const fresh = after[at++];
      if (!isText(fresh?.key, added.key) || !isText(fresh?.value, added.text)) return false;
    }
  }
  return at === after.length;
}

function isText(node: Node | undefined, text: string): boolean {
  return node?.kind === 'scalar' && node.text === text && node.anchor === undefined && node.tag === undefined;
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
