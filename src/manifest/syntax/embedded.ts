import { lineIndex, lineStarts } from './lines.ts';
import type { Scalar } from './node.ts';
import type { Parsed, Parser } from './parse.ts';
import type { Splice } from './splice.ts';
import { type Cursor, type ManifestDocument, rootOf } from './tree.ts';

/** Each text is parsed once, so that all edits in it are edits of one document. */
const parsedTexts = new WeakMap<Scalar, Parsed>();

/** The root of the YAML text in a literal block scalar (`|`), as a document of its own; its path goes on from the scalar's. */
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
 * A splice in the text of a literal block scalar as a splice in the text of the document around it. Each line of such a scalar
 * stands in the source as it is, behind the block's indentation (YAML 1.2.2, 8.1.2).
 */
export function placeInHolder({ start, end, replacement }: Splice, holder: Holder): Splice {
  const { shift, indentation, lineBreak } = lineInHolder(start, holder);
  return {
    start: start + shift,
    end: end + shift,
    replacement: replacement.replaceAll('\n', lineBreak + indentation),
  };
}

/** Where an offset in the text of a block scalar stands in the document around it. */
export function offsetInHolder(offset: number, holder: Holder): number {
  return offset + lineInHolder(offset, holder).shift;
}

/** The lines of a scalar's text, and where the same lines start in the text of its document; each found out once. */
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
