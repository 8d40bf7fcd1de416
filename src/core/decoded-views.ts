import type { Range } from './ranges.ts';

/** A text in which escapes are undone, and the place in the original text of each character. */
export interface DecodedView {
  readonly text: string;
  /** The characters of the original text that a range of this one stands for. */
  originalOf(range: Range): Range;
}

/** Escapes inside escapes (JSON in JSON, in a URL) are undone this often. */
const DEPTH = 4;

const ESCAPE = new RegExp(
  [
    // URLs
    '(?:%[0-9a-fA-F]{2})+',
    // JSON, YAML, JavaScript, C, Markdown
    String.raw`\\(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|U[0-9a-fA-F]{4}|[xX][0-9a-fA-F]{2}|[0-3][0-7]{2}|[^])`,
    // HTML
    '&(?:#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp|AMP|LT|GT|QUOT);',
    // What our own helpers for logs and Markdown write
    '\u200b|<U\\+[0-9A-F]{4,6}>',
  ].join('|'),
  'g',
);

/** The text itself, and the text with its escapes undone: once, twice … until nothing changes. */
export function decodedViews(text: string): readonly DecodedView[] {
  return viewsFrom({ text, originalOf: (range) => range });
}

/** Like `decodedViews`, for a text that HTML forms write: a plus sign is a space, unless it is escaped. Empty if there is none. */
export function formViews(text: string): readonly DecodedView[] {
  const spaced = text.includes('%') ? withoutPluses({ text, originalOf: (range) => range }) : undefined;
  return spaced ? viewsFrom(spaced) : [];
}

function viewsFrom(first: DecodedView): readonly DecodedView[] {
  const views = [first];
  for (let view: DecodedView | undefined = first; view && views.length <= DEPTH; ) {
    const next = replaced(view, ESCAPE, decode);
    if (next) views.push(next);
    view = next;
  }
  return views;
}

/** The view without its line breaks and indentation inside of long words, as `base64` prints them. */
export function unwrapped(view: DecodedView): DecodedView | undefined {
  return replaced(view, /(?<=[\w+/])\r?\n[ \t]{0,64}(?=[\w+/=])/g, (lineBreak) => [['', lineBreak.length]]);
}

/** The view with spaces for the plus signs that HTML forms write. */
export function withoutPluses(view: DecodedView): DecodedView | undefined {
  return replaced(view, /\+/g, () => [[' ', 1]]);
}

/** Each part of a match: what it becomes, and its length. */
type Parts = readonly (readonly [text: string, length: number])[];

function replaced(view: DecodedView, pattern: RegExp, replace: (match: string) => Parts): DecodedView | undefined {
  const pieces: string[] = [];
  // Where each character of the new text starts and ends in the text of the view. No escape is shorter than what it stands for.
  const starts = new Uint32Array(view.text.length);
  const ends = new Uint32Array(view.text.length);
  let length = 0;
  let done = 0;
  const take = (text: string, source: number, each: number) => {
    for (let at = 0; at < text.length; at++, length++) {
      starts[length] = each === 0 ? source + at : source;
      ends[length] = each === 0 ? source + at + 1 : source + each;
    }
    pieces.push(text);
  };
  let changed = false;
  for (const match of view.text.matchAll(pattern)) {
    changed = true;
    take(view.text.slice(done, match.index), done, 0);
    done = match.index;
    for (const [text, size] of replace(match[0])) {
      take(text, done, size);
      done += size;
    }
  }
  if (!changed) return undefined;
  take(view.text.slice(done), done, 0);
  return {
    text: pieces.join(''),
    originalOf: ({ start, end }) => view.originalOf({ start: starts[start] ?? 0, end: ends[end - 1] ?? 0 }),
  };
}

const NAMED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&nbsp;': '\u00a0',
  '&AMP;': '&',
  '&LT;': '<',
  '&GT;': '>',
  '&QUOT;': '"',
  '\\n': '\n',
  '\\r': '\r',
  '\\t': '\t',
  '\\b': '\b',
  '\\f': '\f',
  '\\0': '\0',
  // A line that the shell continues
  '\\\n': '',
  '\u200b': '',
};

function decode(sequence: string): Parts {
  if (sequence.startsWith('%')) return percentDecoded(sequence);
  const named = NAMED[sequence];
  if (named !== undefined) return [[named, sequence.length]];
  const [, hex, decimal, octal] =
    /^(?:\\[uU]\{?|\\[xX]|&#[xX]|<U\+)([0-9a-f]+)[};>]?$|^&#(\d+);$|^\\([0-7]{3})$/i.exec(sequence) ?? [];
  const point = hex
    ? Number.parseInt(hex, 16)
    : decimal
      ? Number(decimal)
      : octal
        ? Number.parseInt(octal, 8)
        : undefined;
  if (point === undefined) return [[sequence.slice(1), sequence.length]];
  return [[point <= 0x10ffff ? String.fromCodePoint(point) : '', sequence.length]];
}

/** `%C3%A9` is one character in UTF-8. Bytes that are not UTF-8 count as Latin-1. */
function percentDecoded(sequence: string): Parts {
  const bytes = Buffer.from(sequence.replaceAll('%', ''), 'hex');
  const parts: [string, number][] = [];
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const size = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const character = bytes.toString('utf8', at, at + size);
    const isCharacter = [...character].length === 1 && character !== '\ufffd';
    parts.push(isCharacter ? [character, 3 * size] : [String.fromCharCode(lead), 3]);
    at += isCharacter ? size : 1;
  }
  return parts;
}
