import type { Node, Pair, Scalar } from './node.ts';
import { keyAt, newList, newMapping, newScalar, quotedAt, skipSpaces, unsupported } from './quick-scalar.ts';

/** A plain scalar of one word, with characters that have no other meaning. */
const WORD = /(?:[A-Za-z0-9_./]|-(?=[A-Za-z0-9_./]))(?:[A-Za-z0-9_./+@=()~^$;-]|:(?=[A-Za-z0-9_./]))*/y;

const MAX_DEPTH = 50;

/** A flow collection (`{…}` or `[…]`) on one line, without comments and without missing keys or values. */
export function flowAt(text: string, at: number, inFlow: boolean, depth = 0): Node {
  if (depth > MAX_DEPTH) unsupported();
  return text[at] === '{' ? mappingAt(text, at, inFlow, depth) : listAt(text, at, inFlow, depth);
}

function mappingAt(text: string, at: number, inFlow: boolean, depth: number): Node {
  const pairs: Pair[] = [];
  let end = skipSpaces(text, at + 1);
  while (text[end] !== '}') {
    const key = keyAt(text, end, true) ?? unsupported();
    const value = valueAt(text, afterColon(text, key), depth);
    pairs.push({ key, value });
    end = afterValue(text, value, '}');
  }
  return newMapping(pairs, true, [at, end + 1], inFlow);
}

function listAt(text: string, at: number, inFlow: boolean, depth: number): Node {
  const items: Node[] = [];
  let end = skipSpaces(text, at + 1);
  while (text[end] !== ']') {
    const item = valueAt(text, end, depth);
    items.push(item);
    end = afterValue(text, item, ']');
  }
  return newList(items, true, [at, end + 1], inFlow);
}

/** Where a value starts. A space must follow the colon of a plain key. */
function afterColon(text: string, { span, style }: Scalar): number {
  const colon = span[1];
  if (style === 'plain' && text[colon + 1] !== ' ') unsupported();
  return skipSpaces(text, colon + 1);
}

/** Where the next entry starts, or the closing bracket is. */
function afterValue(text: string, { span }: Node, close: string): number {
  const end = skipSpaces(text, span[1]);
  if (text[end] === close) return end;
  if (text[end] !== ',') unsupported();
  const next = skipSpaces(text, end + 1);
  return text[next] === close ? unsupported() : next;
}

function valueAt(text: string, at: number, depth: number): Node {
  const sign = text[at];
  if (sign === '"' || sign === "'") return quotedAt(text, at, true);
  if (sign === '{' || sign === '[') return flowAt(text, at, true, depth + 1);
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0] ?? unsupported();
  return newScalar(word, 'plain', [at, at + word.length], true);
}
