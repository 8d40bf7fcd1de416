import type { List, Mapping, Node, Scalar } from './node.ts';
import { scalarText } from './scalar-text.ts';
import type { Splice } from './splice.ts';
import type { ManifestDocument } from './tree.ts';

/** The keys and texts of a new mapping, in order. */
export type Entry = readonly { readonly key: string; readonly text: string }[];

interface NewEntries {
  readonly document: ManifestDocument;
  /** The root of the document. */
  readonly node: Mapping;
  /** The key of the list in the root. A missing list is created. */
  readonly list: string;
  readonly entries: readonly Entry[];
}

/**
 * Adds mappings at the end of a list, in the style of the list; a missing list is added at the end of the document, in the style of its other
 * lists. `undefined` if there is no safe place.
 */
export function entriesInsertion({ document, node, list, entries }: NewEntries): Splice | undefined {
  const pair = node.pairs.find(({ key }) => key.kind === 'scalar' && key.text === list);
  if (!pair) return node.flow ? newFlowList(document, node, list, entries) : newList(document, node, list, entries);
  const { value } = pair;
  // A list that aliases share would change in other places too.
  if (document.shared.has(value)) return undefined;
  if (value.kind === 'list') {
    const last = value.items.at(-1);
    if (value.flow) return intoFlow(document, value, entries);
    return last && intoBlock(document, last, entries);
  }
  const isEmpty = value.kind === 'scalar' && value.span[0] === value.span[1] && !value.anchor && !value.tag;
  if (!isEmpty || node.flow) return undefined;
  const { indent, lineBreak } = listStyle(document, node);
  const block = entries.map((entry) => lineBreak + blockEntry(entry, `${indent}- `, undefined, document, lineBreak));
  return insertion(lineEnd(document.text, value.span[0]), block.join(''));
}

function intoBlock(document: ManifestDocument, last: Node, entries: readonly Entry[]): Splice | undefined {
  const { text } = document;
  const start = text.lastIndexOf('\n', last.span[0] - 1) + 1;
  const lead = text.slice(start, last.span[0]).replace(/^\ufeff/, '');
  const end = endOf(last);
  if (!/^ *- +$/.test(lead) || end === undefined) return undefined;
  const lineBreak = lineBreakOf(text);
  const written = entries.map((entry) => lineBreak + blockEntry(entry, lead, last, document, lineBreak));
  return insertion(lineEnd(text, end), written.join(''));
}

function intoFlow(document: ManifestDocument, list: List, entries: readonly Entry[]): Splice {
  const last = list.items.at(-1);
  const written = entries.map((entry) => flowEntry(entry, last, document));
  if (!last) return insertion(list.span[0] + 1, written.join(', '));
  const gap = spaceAtEnd(document.text.slice(list.span[0] + 1, last.span[0])) || ' ';
  return insertion(last.span[1], written.map((entry) => `,${gap}${entry}`).join(''));
}

function newFlowList(
  document: ManifestDocument,
  node: Mapping,
  list: string,
  entries: readonly Entry[],
): Splice | undefined {
  const last = node.pairs.at(-1);
  if (!last) return undefined;
  const gap = spaceAtEnd(document.text.slice(node.span[0] + 1, last.key.span[0])) || ' ';
  const key = document.json ? JSON.stringify(list) : list;
  const written = entries.map((entry) => flowEntry(entry, undefined, document));
  return insertion(last.value.span[1], `,${gap}${key}: [${written.join(', ')}]`);
}

function newList(
  document: ManifestDocument,
  node: Mapping,
  list: string,
  entries: readonly Entry[],
): Splice | undefined {
  const { text } = document;
  // After the last value and its comments, before the end marker of the document.
  const marker = /^\.\.\.(?=\s|$)/m.exec(text)?.index ?? text.length;
  const { indent, lineBreak } = listStyle(document, node);
  const written = entries.map((entry) => lineBreak + blockEntry(entry, `${indent}- `, undefined, document, lineBreak));
  const block = `${list}:${written.join('')}`;
  const isLineStart = marker === 0 || text[marker - 1] === '\n';
  return insertion(marker, isLineStart ? block + lineBreak : lineBreak + block);
}

/** How the document indents lists under their keys, and its line break. */
function listStyle(
  { text }: ManifestDocument,
  { pairs }: Mapping,
): { readonly indent: string; readonly lineBreak: string } {
  const [item] = pairs.flatMap(({ value }) => (value.kind === 'list' && !value.flow ? value.items.slice(0, 1) : []));
  const start = item ? text.lastIndexOf('\n', item.span[0] - 1) + 1 : 0;
  const indent = item ? (/^ *(?=- )/.exec(text.slice(start, item.span[0]))?.[0] ?? '') : '';
  return { indent, lineBreak: lineBreakOf(text) };
}

function blockEntry(
  entry: Entry,
  lead: string,
  like: Node | undefined,
  document: ManifestDocument,
  lineBreak: string,
): string {
  if (like?.kind === 'mapping' && like.flow) return lead + flowEntry(entry, like, document);
  const indent = lead.replace('-', ' ');
  return entry
    .map(({ key, text }, index) => `${index === 0 ? lead : indent}${key}: ${written(key, text, like, false, document)}`)
    .join(lineBreak);
}

function flowEntry(entry: Entry, like: Node | undefined, document: ManifestDocument): string {
  const inner = entry
    .map(({ key, text }) => `${document.json ? JSON.stringify(key) : key}: ${written(key, text, like, true, document)}`)
    .join(', ');
  const pad = like && /^\{ /.test(document.text.slice(like.span[0])) ? ' ' : '';
  return `{${pad}${inner}${pad}}`;
}

/** Quoted like the same key of the neighboring entry. */
function written(
  key: string,
  text: string,
  like: Node | undefined,
  inFlow: boolean,
  document: ManifestDocument,
): string {
  const pairs = like?.kind === 'mapping' ? like.pairs : [];
  const same = pairs.find((pair) => pair.key.kind === 'scalar' && pair.key.text === key)?.value;
  const style = same?.kind === 'scalar' && (same.style === 'single' || same.style === 'double') ? same.style : 'plain';
  const scalar: Scalar = { kind: 'scalar', text: '', style, span: [0, 0], anchor: undefined, tag: undefined, inFlow };
  return scalarText(text, scalar, document);
}

/** Where the text of a node ends; `undefined` for block scalars, which end with significant white space. */
function endOf(node: Node): number | undefined {
  if (node.kind === 'scalar') return node.style === 'literal' || node.style === 'folded' ? undefined : node.span[1];
  if (node.kind === 'alias' || node.flow) return node.span[1];
  const pair = node.kind === 'mapping' ? node.pairs.at(-1) : undefined;
  const last = node.kind === 'list' ? node.items.at(-1) : pair?.value;
  return last && endOf(last);
}

/** The end of a line, after its comment and before its line break. */
function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  if (newline < 0) return text.length;
  return text[newline - 1] === '\r' ? newline - 1 : newline;
}

function lineBreakOf(text: string): string {
  return /\r\n/.test(text) ? '\r\n' : '\n';
}

function insertion(at: number, replacement: string): Splice {
  return { start: at, end: at, replacement };
}

function spaceAtEnd(text: string): string {
  return text.slice(text.trimEnd().length);
}
