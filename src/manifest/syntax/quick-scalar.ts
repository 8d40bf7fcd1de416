import type { Node, Scalar, TextSpan } from './node.ts';

/** Thrown, and caught by quickParse, where a text is written in a way that is left to the YAML library. */
export const UNSUPPORTED = new Error('This is left to the YAML library.');

export function unsupported(): never {
  throw UNSUPPORTED;
}

/** A plain key as people write it, or one in quotes without escapes; a colon that ends it must follow. */
export const KEY = /(?:[A-Za-z0-9_./][A-Za-z0-9_./-]*|"[^"\\\n]*"|'[^'\n]*')(?=:)/y;

/** Longer ones are no implicit keys (YAML 1.2.2, 7.4.2). */
const LONGEST_KEY = 1000;

/** The key that begins at a place. */
export function keyAt(text: string, at: number, inFlow: boolean): Scalar | undefined {
  KEY.lastIndex = at;
  const written = KEY.exec(text)?.[0];
  if (written === undefined || written.length > LONGEST_KEY) return undefined;
  const style = written.startsWith('"') ? 'double' : written.startsWith("'") ? 'single' : 'plain';
  const content = style === 'plain' ? written : written.slice(1, -1);
  return newScalar(content, style, [at, at + written.length], inFlow);
}

/** The scalar on one line that begins with a quote. */
export function quotedAt(text: string, at: number, inFlow: boolean): Scalar {
  const quote = text[at];
  let end = at + 1;
  let escapes = false;
  for (; text[end] !== quote || (quote === "'" && text[end + 1] === quote); end++) {
    const sign = text[end];
    if (sign === undefined || sign === '\n') unsupported();
    if (sign === (quote === "'" ? quote : '\\')) {
      escapes = true;
      end++;
      if (text[end] === '\n') unsupported();
    }
  }
  const span: TextSpan = [at, end + 1];
  const content = text.slice(at + 1, end);
  if (quote === "'") return newScalar(content.replaceAll("''", "'"), 'single', span, inFlow);
  return newScalar(escapes ? unescaped(content) : content, 'double', span, inFlow);
}

/** JSON's escapes, which mean the same in YAML. */
function unescaped(content: string): string {
  try {
    return String(JSON.parse(`"${content}"`));
  } catch {
    return unsupported();
  }
}

export function newScalar(text: string, style: Scalar['style'], span: TextSpan, inFlow: boolean): Scalar {
  return { kind: 'scalar', text, style, span, anchor: undefined, tag: undefined, inFlow };
}

export function newMapping(
  pairs: Extract<Node, { kind: 'mapping' }>['pairs'],
  flow: boolean,
  span: TextSpan,
  inFlow: boolean,
): Node {
  return { kind: 'mapping', flow, pairs, span, anchor: undefined, tag: undefined, inFlow };
}

export function newList(items: readonly Node[], flow: boolean, span: TextSpan, inFlow: boolean): Node {
  return { kind: 'list', flow, items, span, anchor: undefined, tag: undefined, inFlow };
}

/** Behind the spaces that begin at a place. */
export function skipSpaces(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) === 0x20) end++;
  return end;
}

/** A text without the spaces at its end; other white space belongs to it. An expression would try each run of spaces within. */
export function trimTrailingSpaces(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x20) end--;
  return text.slice(0, end);
}
