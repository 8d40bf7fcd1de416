import type { Mapping, Node, Pair, Scalar } from './node.ts';
import { scalarText } from './scalar-text.ts';
import type { Splice } from './splice.ts';
import type { ManifestDocument } from './tree.ts';

interface NewKey {
  readonly document: ManifestDocument;
  readonly node: Mapping;
  /** The new pair comes after this one, whose value is on the line of its key. */
  readonly beside: Pair;
  /** Needs no quotes. */
  readonly key: string;
  readonly text: string;
}

/**
 * Adds a key to a mapping in the style of the mapping: after a comma in `{…}`, otherwise on a new line with the indentation and the line break
 * of its neighbor. `undefined` if the neighbor's style leaves no safe place.
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
  // After the neighbor's comment, before its line break.
  const at = newline < 0 ? source.length : newline + 1 - lineBreak.length;
  return { start: at, end: at, replacement: `${lineBreak}${before.replaceAll('-', ' ')}${key}: ${written}` };
}

/** A scalar to write in place of another node, or next to it, with its quotes. */
export function freshScalar(like: Node): Scalar {
  const quoted = like.kind === 'scalar' && (like.style === 'single' || like.style === 'double');
  const { span, inFlow } = like;
  const style = quoted ? like.style : 'plain';
  return { kind: 'scalar', text: '', style, span, inFlow, anchor: undefined, tag: undefined };
}
