import type { Node, Scalar, TextSpan } from './node.ts';

/** Thrown if only the YAML library can parse the text; quickParse catches it. */
export const UNSUPPORTED = new Error('Only the YAML library can parse this.');

export function unsupported(): never {
  throw UNSUPPORTED;
}

/** A plain key in the common style, or a quoted one without escapes; followed by a colon. */
export const KEY = /(?:[A-Za-z0-9_./][A-Za-z0-9_./-]*|"[^"\\\n]*"|'[^'\n]*')(?=:)/y;

/** YAML limits implicit keys to this length (YAML 1.2.2, 7.4.2). */
const MAX_KEY_LENGTH = 1000;

/** The key that starts at `at`. */
export function keyAt(text: string, at: number, inFlow: boolean): Scalar | undefined {
  KEY.lastIndex = at;
  const written = KEY.exec(text)?.[0];
  if (written === undefined || written.length > MAX_KEY_LENGTH) return undefined;
  const style = written.startsWith('"') ? 'double' : written.startsWith("'") ? 'single' : 'plain';
  const content = style === 'plain' ? written : written.slice(1, -1);
  return newScalar(content, style, [at, at + written.length], inFlow);
}

/** The quoted scalar that starts at `at`, on one line. */
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

/** Resolves JSON's escapes, which mean the same in YAML. */
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

/** The offset after the spaces that start at `at`. */
export function skipSpaces(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) === 0x20) end++;
  return end;
}

/** Removes the spaces at the end of a text, but no other white space. A regular expression would try each run of spaces inside the text. */
export function trimTrailingSpaces(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0x20) end--;
  return text.slice(0, end);
}
