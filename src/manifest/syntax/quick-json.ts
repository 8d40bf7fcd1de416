import type { Node, Pair, Scalar, TextSpan } from './node.ts';
import { newList, newMapping, newScalar, UNSUPPORTED, unsupported } from './quick-scalar.ts';

/** Says whether a range of the text may hold what is searched. */
export type MayMatch = (start: number, end: number) => boolean;

const MAX_DEPTH = 200;
/** YAML limits implicit keys (YAML 1.2.2, 7.4.2). */
const MAX_KEY_LENGTH = 1000;
/** From this entry on, a list or object is long: nobody writes so many by hand. */
const MANY_ENTRIES = 2000;

/**
 * Parses JSON to the tree that the YAML library makes of it, in a fraction of its time and memory. `undefined` for everything else.
 * @param mayMatch keeps the tree of a large text small: of list items that don't match, only the scalars are kept.
 */
export function quickJson(text: string, mayMatch?: MayMatch): Node | undefined {
  if (!/^\s{0,100}[{[]/.test(text) || text.includes('\t')) return undefined;
  try {
    return new JsonReader(text, mayMatch).document();
  } catch (thrown) {
    if (thrown === UNSUPPORTED) return undefined;
    throw thrown;
  }
}

/** Shared, because there may be very many. */
const NONE: readonly never[] = [];

class JsonReader {
  readonly #text: string;
  readonly #mayMatch: MayMatch | undefined;
  #at = 0;
  #depth = 0;

  constructor(text: string, mayMatch: MayMatch | undefined) {
    this.#text = text;
    this.#mayMatch = mayMatch;
  }

  document(): Node {
    this.#skipSpace();
    const root = this.#container(false);
    this.#skipSpace();
    return this.#at === this.#text.length ? root : unsupported();
  }

  #container(inFlow: boolean): Node {
    if (++this.#depth > MAX_DEPTH) unsupported();
    const node = this.#text[this.#at] === '{' ? this.#object(inFlow) : this.#array(inFlow);
    this.#depth--;
    return node;
  }

  #object(inFlow: boolean): Node {
    const start = this.#at;
    const pairs: Pair[] = [];
    this.#entries('}', () => {
      const key = this.#key();
      const value = pairs.length < MANY_ENTRIES ? this.#value() : this.#item(pairs.length);
      pairs.push({ key, value });
    });
    return newMapping(pairs, true, [start, this.#at], inFlow);
  }

  #array(inFlow: boolean): Node {
    const start = this.#at;
    const items: Node[] = [];
    this.#entries(']', () => items.push(this.#item(items.length)));
    return newList(items, true, [start, this.#at], inFlow);
  }

  #key(): Scalar {
    if (this.#text[this.#at] !== '"') unsupported();
    const key = this.#string();
    if (key.span[1] - key.span[0] > MAX_KEY_LENGTH) unsupported();
    this.#colon();
    return key;
  }

  #value(): Node {
    const sign = this.#text[this.#at];
    if (sign === '{' || sign === '[') return this.#container(true);
    return sign === '"' ? this.#string() : this.#word();
  }

  /** A value of a list, without its containers if it doesn't match; of one far down a long list, only the name is kept. */
  #item(index: number): Node {
    const sign = this.#text[this.#at];
    if (!this.#mayMatch || (sign !== '{' && sign !== '[')) return this.#value();
    const start = this.#at;
    this.#skip();
    const end = this.#at;
    this.#at = start;
    if (this.#mayMatch(start, end)) return this.#container(true);
    const pairs: Pair[] = [];
    if (sign === '{')
      this.#entries('}', () => {
        const key = this.#key();
        if (this.#text[this.#at] === '{' || this.#text[this.#at] === '[') this.#skip();
        else {
          const value = this.#value();
          if (index < MANY_ENTRIES || key.text === 'name') pairs.push({ key, value });
        }
      });
    this.#at = end;
    const span: TextSpan = [start, end];
    if (sign === '[') return newList(NONE, true, span, true);
    return newMapping(pairs.length > 0 ? pairs : NONE, true, span, true);
  }

  /** Goes behind a value, and checks that it is JSON. */
  #skip(): void {
    const sign = this.#text[this.#at];
    if (sign === '"') this.#stringEnd();
    else if (sign !== '{' && sign !== '[') this.#word();
    else {
      if (++this.#depth > MAX_DEPTH) unsupported();
      this.#entries(sign === '{' ? '}' : ']', () => {
        if (sign === '{') {
          if (this.#text[this.#at] !== '"') unsupported();
          this.#stringEnd();
          this.#colon();
        }
        this.#skip();
      });
      this.#depth--;
    }
  }

  /** Reads the entries between a bracket and the closing one. */
  #entries(close: '}' | ']', read: () => void): void {
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      read();
      this.#skipSpace();
      const sign = this.#text[this.#at++];
      if (sign === close) return;
      if (sign !== ',') unsupported();
      this.#skipSpace();
    }
  }

  #colon(): void {
    this.#skipSpace();
    if (this.#text[this.#at++] !== ':') unsupported();
    this.#skipSpace();
  }

  #string(): Scalar {
    const start = this.#at;
    const escapes = this.#stringEnd();
    const content = this.#text.slice(start + 1, this.#at - 1);
    return newScalar(escapes ? unescaped(content) : content, 'double', [start, this.#at], true);
  }

  /** Goes behind a string; returns whether it has escapes. */
  #stringEnd(): boolean {
    let escapes = false;
    for (let at = this.#at + 1; ; at++) {
      const code = this.#text.charCodeAt(at);
      // A control character, or the end of the text.
      if (!(code >= 0x20)) unsupported();
      if (code === 0x22) {
        this.#at = at + 1;
        return escapes;
      }
      if (code === 0x5c) {
        escapes = true;
        at++;
      }
    }
  }

  #word(): Scalar {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0] ?? unsupported();
    const start = this.#at;
    this.#at += word.length;
    return newScalar(word, 'plain', [start, this.#at], true);
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d) return;
      this.#at++;
    }
  }
}

/** Numbers and the three names of JSON (RFC 8259, 3 and 6). */
const WORD = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?=[\s,\]}])/y;

function unescaped(content: string): string {
  try {
    return String(JSON.parse(`"${content}"`));
  } catch {
    return unsupported();
  }
}
