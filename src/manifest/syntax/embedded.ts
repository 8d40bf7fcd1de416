import type { Parsed, Parser } from './parse.ts';
import type { Splice } from './splice.ts';
import { type Cursor, type ManifestDocument, rootOf, type Scalar } from './tree.ts';

/** Each text is parsed once, so that all edits in it are edits of one document. */
const parsedTexts = new WeakMap<Scalar, Parsed>();

/** The root of the YAML text in a literal block scalar (`|`), as a document of its own; its path goes on from the scalar's. */
export function embedded(cursor: Cursor | undefined, parser: Parser): Cursor | undefined {
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

function lineInHolder(offset: number, { document, node }: Holder) {
  const before = node.text.slice(0, offset).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = node.text.split('\n', before.length).at(-1) ?? '';
  // The first line of the source is the header (`|-`).
  let start = node.span[0];
  for (let i = 0; i < before.length; i++) start = document.text.indexOf('\n', start) + 1;
  const end = document.text.indexOf('\n', start);
  const written = document.text.slice(start, end < 0 ? undefined : end);
  const content = written.replace(/\r$/, '');
  const indentation = content.slice(0, content.length - line.length);
  const shift = start + indentation.length + column - offset;
  return { shift, indentation, lineBreak: written.endsWith('\r') ? '\r\n' : '\n' };
}
