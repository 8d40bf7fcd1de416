import type { Mapping, Node, Pair, Scalar } from './node.ts';
import { scalarText } from './scalar-text.ts';
import type { Splice } from './splice.ts';
import type { ManifestDocument } from './tree.ts';

interface NewKey {
  readonly document: ManifestDocument;
  readonly node: Mapping;
  /** The pair of the mapping behind which the new one comes; its value stands on the line of its key. */
  readonly beside: Pair;
  /** A word that needs no quotes. */
  readonly key: string;
  readonly text: string;
}

/**
 * Adds a key to a mapping in the way that the mapping is written: behind a comma in `{…}`, else on a line of its own with the
 * indentation and the line break of its neighbour. `undefined` where the neighbour is written so that there is no such place.
 */
export function keyInsertion({ document, node, beside, key, text }: NewKey): Splice | undefined {
  const source = document.text;
  const { key: besideKey, value } = beside;
  const isInline = value.kind === 'scalar' || value.kind === 'alias' || value.flow;
  if (besideKey.kind !== 'scalar' || !isInline || value.span[0] === value.span[1]) return undefined;
  if (source.slice(besideKey.span[0], value.span[1]).includes('\n')) return undefined;
  const written = scalarText(text, freshScalar(value), document);
  if (node.flow) {
    const at = value.span[1];
    return { start: at, end: at, replacement: `, ${document.json ? JSON.stringify(key) : key}: ${written}` };
  }
  const lineStart = source.lastIndexOf('\n', besideKey.span[0] - 1) + 1;
  const before = source.slice(lineStart, besideKey.span[0]).replace(/^\ufeff/, '');
  if (!/^[\t -]*$/.test(before)) return undefined;
  const newline = source.indexOf('\n', value.span[1]);
  const lineBreak = (newline < 0 ? /\r\n/.test(source) : source[newline - 1] === '\r') ? '\r\n' : '\n';
  // Behind the neighbour's comment, before its line break.
  const at = newline < 0 ? source.length : newline + 1 - lineBreak.length;
  return { start: at, end: at, replacement: `${lineBreak}${before.replaceAll('-', ' ')}${key}: ${written}` };
}

/** A scalar that is to be written where there is another node, with quotes as that has them. */
export function freshScalar(like: Node): Scalar {
  const quoted = like.kind === 'scalar' && (like.style === 'single' || like.style === 'double');
  const { span, inFlow } = like;
  const style = quoted ? like.style : 'plain';
  return { kind: 'scalar', text: '', style, span, inFlow, anchor: undefined, tag: undefined };
}
