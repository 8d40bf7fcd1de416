import type { Node, Pair, Scalar } from './node.ts';
import { flowAt } from './quick-flow.ts';
import {
  keyAt,
  newList,
  newMapping,
  newScalar,
  quotedAt,
  skipSpaces,
  trimTrailingSpaces,
  UNSUPPORTED,
  unsupported,
} from './quick-scalar.ts';

/** Characters that only the YAML library handles: tabs, carriage returns, other control characters, byte order marks. */
const UNSUPPORTED_CHARACTERS = /[^\n -~\u00a0-\u2027\u202a-\ufefe\uff00-\uffff]/;

/** `---`, optionally with a comment. */
const MARKER = /^---(?: +(?:#.*)?)?$/;
const LITERAL = /\|(?<strip>-?) *(?: #[^\n]*)?\n/y;
/** The start of a plain scalar: no indicator, or a dash that isn't one. */
const PLAIN = /[^\s\-?:,[\]{}#&*!|>'"%@`]|-[A-Za-z0-9_./-]/y;

const MAX_DEPTH = 100;

/**
 * Parses a document in the common style: block mappings and lists, scalars and flow collections on one line, literal block scalars,
 * comments. `undefined` for everything else (anchors, tags, folded and multi-line scalars, tabs, errors): the YAML library parses that, many
 * times slower. The result is the same as the library's, except where block collections end.
 */
export function quickParse(text: string): Node | undefined {
  // A line that starts with `%` may be a directive.
  if (UNSUPPORTED_CHARACTERS.test(text) || text.startsWith('%') || text.includes('\n%')) return undefined;
  try {
    return new Reader(text).document();
  } catch (thrown) {
    if (thrown === UNSUPPORTED) return undefined;
    throw thrown;
  }
}

/** Reads line by line. Between two values, it is at the next line that has content. */
class Reader {
  readonly #text: string;
  /** Where the content of the current line starts, and its indentation; -1 at the end. */
  #first = 0;
  #indent = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Node {
    this.#seek(0);
    if (this.#indent === 0 && this.#text.startsWith('---', this.#first)) {
      const end = this.#lineEnd(this.#first);
      if (!MARKER.test(this.#text.slice(this.#first, end))) unsupported();
      this.#seek(end + 1);
    }
    if (this.#indent !== 0) unsupported();
    const root = this.#block(this.#first, 0);
    return this.#indent < 0 ? root : unsupported();
  }

  /** Goes to the first line with content, at or after the line that starts at `from`. */
  #seek(from: number): void {
    for (let line = from; ; line = this.#lineEnd(line) + 1) {
      const first = skipSpaces(this.#text, line);
      const sign = this.#text[first];
      if (sign === '\n' || sign === '#') continue;
      this.#first = first;
      this.#indent = sign === undefined ? -1 : first - line;
      return;
    }
  }

  #lineEnd(from: number): number {
    const end = this.#text.indexOf('\n', from);
    return end < 0 ? this.#text.length : end;
  }

  /** The mapping or list that starts at `at`; its further lines have the indentation `indent`. */
  #block(at: number, indent: number): Node {
    if (++this.#depth > MAX_DEPTH) unsupported();
    const node = this.#isDash(at) ? this.#list(at, indent) : this.#mapping(at, indent);
    this.#depth--;
    return node;
  }

  #list(at: number, indent: number): Node {
    const items: Node[] = [];
    let dash = at;
    do {
      items.push(this.#item(dash, indent));
      dash = this.#first;
    } while (this.#indent === indent && this.#isDash(dash));
    if (this.#indent > indent) unsupported();
    return newList(items, false, [at, items.at(-1)?.span[1] ?? at], false);
  }

  #item(dash: number, indent: number): Node {
    const at = skipSpaces(this.#text, dash + 1);
    if (this.#isEndOfLine(at)) {
      this.#seek(this.#lineEnd(at) + 1);
      return this.#indent > indent ? this.#block(this.#first, this.#indent) : unsupported();
    }
    const isBlock = this.#isDash(at) || this.#keyAt(at) !== undefined;
    return isBlock ? this.#block(at, indent + at - dash) : this.#value(at, indent);
  }

  #mapping(at: number, indent: number): Node {
    const pairs: Pair[] = [];
    let start = at;
    do {
      const key = this.#keyAt(start) ?? unsupported();
      pairs.push({ key, value: this.#valueAfter(key.span[1], indent) });
      start = this.#first;
    } while (this.#indent === indent);
    if (this.#indent > indent) unsupported();
    return newMapping(pairs, false, [at, pairs.at(-1)?.value.span[1] ?? at], false);
  }

  #valueAfter(colon: number, indent: number): Node {
    const at = skipSpaces(this.#text, colon + 1);
    if (!this.#isEndOfLine(at)) return this.#value(at, indent);
    this.#seek(this.#lineEnd(at) + 1);
    if (this.#indent > indent) return this.#block(this.#first, this.#indent);
    // A list needn't be indented under its key.
    if (this.#indent === indent && this.#isDash(this.#first)) return this.#block(this.#first, indent);
    return newScalar('', 'plain', [colon + 1, colon + 1], false);
  }

  /** A value that starts on the line of its key or dash. Only a literal ends on a later line. */
  #value(at: number, indent: number): Node {
    const sign = this.#text[at];
    if (sign === '|') return this.#literal(at, indent);
    const quoted = sign === '"' || sign === "'";
    const flow = sign === '{' || sign === '[';
    const value = quoted ? quotedAt(this.#text, at, false) : flow ? flowAt(this.#text, at, false) : this.#plain(at);
    const rest = skipSpaces(this.#text, value.span[1]);
    if (!this.#isEndOfLine(rest) || (this.#text[rest] === '#' && rest === value.span[1])) unsupported();
    this.#seek(this.#lineEnd(rest) + 1);
    // A line with more indentation continues the value, or is an error.
    return this.#indent > indent ? unsupported() : value;
  }

  #plain(at: number): Scalar {
    PLAIN.lastIndex = at;
    if (!PLAIN.test(this.#text)) unsupported();
    const line = this.#text.slice(at, this.#lineEnd(at));
    const comment = line.indexOf(' #');
    const content = trimTrailingSpaces(comment < 0 ? line : line.slice(0, comment));
    if (content.includes(': ') || content.endsWith(':')) unsupported();
    return newScalar(content, 'plain', [at, at + content.length], false);
  }

  /** A literal block scalar (`|`, `|-`) with content; its empty lines have no spaces. */
  #literal(at: number, indent: number): Node {
    LITERAL.lastIndex = at;
    const header = LITERAL.exec(this.#text) ?? unsupported();
    let line = at + header[0].length;
    let content = '';
    let [end, width] = [line, 0];
    let blank = '';
    for (;;) {
      if (this.#text[line] === '\n') {
        blank += '\n';
        line++;
        continue;
      }
      const first = skipSpaces(this.#text, line);
      if (this.#text[first] === '\n' || (first > line && first === this.#text.length)) unsupported();
      if (width === 0) width = first - line;
      if (width <= indent || first - line < width) break;
      const next = this.#lineEnd(first) + 1;
      if (next > this.#text.length) unsupported();
      content += blank + this.#text.slice(line + width, next);
      blank = '';
      line = next;
      end = next;
    }
    if (content === '') unsupported();
    const first = skipSpaces(this.#text, line);
    if (this.#text[first] === '#' && first - line > indent) unsupported();
    this.#seek(line);
    if (this.#indent > indent) unsupported();
    return newScalar(header.groups?.['strip'] ? content.slice(0, -1) : content, 'literal', [at, end], false);
  }

  #isDash(at: number): boolean {
    return this.#text[at] === '-' && isSpaceOrEnd(this.#text[at + 1]);
  }

  #keyAt(at: number): Scalar | undefined {
    const key = keyAt(this.#text, at, false);
    return key && isSpaceOrEnd(this.#text[key.span[1] + 1]) ? key : undefined;
  }

  /** Whether the rest of the line is empty or a comment. */
  #isEndOfLine(at: number): boolean {
    const sign = this.#text[at];
    return sign === undefined || sign === '\n' || sign === '#';
  }
}

function isSpaceOrEnd(sign: string | undefined): boolean {
  return sign === undefined || sign === '\n' || sign === ' ';
}
