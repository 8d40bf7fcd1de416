import { lineIndex, lineStarts } from './lines.ts';
import type { Scalar } from './node.ts';
import type { Parsed, Parser } from './parse.ts';
import type { Splice } from './splice.ts';
import { type Cursor, type ManifestDocument, rootOf } from './tree.ts';

/** Each text is parsed once, so all edits in it are edits of the same document. */
const parsedTexts = new WeakMap<Scalar, Parsed>();

/** The root of the YAML in a literal block scalar (`|`), as its own document. Its path continues the scalar's path. */
export function parseEmbedded(cursor: Cursor | undefined, parser: Parser): Cursor | undefined {
  if (cursor?.node.kind !== 'scalar' || cursor.node.style !== 'literal') return undefined;
  const { document, node } = cursor;
  const parsed =
    parsedTexts.get(node) ?? parser.parse({ index: document.index, offset: 0, text: node.text }, { document, node });
  parsedTexts.set(node, parsed);
  const root = parsed.kind === 'parsed' ? rootOf(parsed.document) : undefined;
  return root && { ...root, path: [...cursor.path, { kind: 'embedded' }], flaw: cursor.flaw ?? root.flaw };
}

type Holder = NonNullable<ManifestDocument['holder']>;

/**
 * Translates a splice in the text of a literal block scalar to a splice in the document around it. The source has each line of the scalar
 * as it is, after the block's indentation (YAML 1.2.2, 8.1.2).
 */
export function placeInHolder({ start, end, replacement }: Splice, holder: Holder): Splice {
  const { shift, indentation, lineBreak } = lineInHolder(start, holder);
  return {
    start: start + shift,
    end: end + shift,
    replacement: replacement.replaceAll('\n', lineBreak + indentation),
  };
}

/** Translates an offset in the text of a block scalar to an offset in the document around it. */
export function offsetInHolder(offset: number, holder: Holder): number {
  return offset + lineInHolder(offset, holder).shift;
}

/** Where the lines of a scalar start in its text, and in the text of its document. A cache. */
const linesOf = new WeakMap<Scalar, { readonly inText: readonly number[]; readonly inDocument: readonly number[] }>();

function holderLines({ document, node }: Holder) {
  const known = linesOf.get(node);
  if (known) return known;
  const inText = lineStarts(node.text);
  const inDocument: number[] = [];
  // The first line of the source is the header (`|-`).
  let start = node.span[0];
  for (const _ of inText) {
    start = document.text.indexOf('\n', start) + 1;
    inDocument.push(start);
  }
  const lines = { inText, inDocument };
  linesOf.set(node, lines);
  return lines;
}

function lineInHolder(offset: number, holder: Holder) {
  const { document, node } = holder;
  const { inText, inDocument } = holderLines(holder);
  const index = lineIndex(inText, offset);
  const [from = 0, to = node.text.length + 1] = inText.slice(index, index + 2);
  const start = inDocument[index] ?? 0;
  const end = document.text.indexOf('\n', start);
  const written = document.text.slice(start, end < 0 ? undefined : end);
  const content = written.replace(/\r$/, '');
  const indentation = content.slice(0, content.length - (to - 1 - from));
  const shift = start + indentation.length - from;
  return { shift, indentation, lineBreak: written.endsWith('\r') ? '\r\n' : '\n' };
}
