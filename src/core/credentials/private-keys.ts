import type { Range } from '../ranges.ts';

const MARK = /-----(BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** A line break, also as JSON writes it. */
const LINE_BREAK = /(\r?\n|(?:\\{1,4}r)?\\{1,4}n)/;
/** What can follow the start of a key whose end is missing: Base64 in long lines, and a shorter one. */
const BODY =
  /(?:(?:\s|\\{1,4}[nr])*[A-Za-z0-9+/=]{16,}(?![A-Za-z0-9+/=]))*(?:\s{0,80}(?<![^\n])[A-Za-z0-9+/]{1,15}={0,2}(?=\s|$))?/y;
/** PEM has lines of 64 characters, some tools write 76. Words of a sentence are shorter than this. */
const SHORTEST_LINE = 40;
const LONG_WORD = /[A-Za-z0-9+/]{40}/;
/** The start of `-----BEGIN` in Base64. */
const ENCODED = /LS0tLS1CRUdJTi[A-Za-z0-9+/_-]{10,}={0,2}/g;

/** Finds PEM and PGP private keys, also those whose start or end has been cut off, and those in Base64. */
export function privateKeysIn(text: string): Range[] {
  const encoded = [...text.matchAll(ENCODED)]
    .filter(([found]) => /PRIVATE KEY/.test(Buffer.from(found.slice(0, 80), 'base64').toString('latin1')))
    .map(({ 0: found, index }) => ({ start: index, end: index + found.length }));
  if (!text.includes('PRIVATE KEY')) return encoded;
  const marks = [...text.matchAll(MARK)];
  const ranges: Range[] = [];
  let done = 0;
  for (const [at, { 0: mark, 1: kind, index }] of marks.entries()) {
    const end = index + mark.length;
    ranges.push({ start: index, end });
    if (kind === 'BEGIN') {
      for (const range of keyAfter(text, end, marks[at + 1]?.index ?? text.length)) ranges.push(range);
    } else if (marks[at - 1]?.[1] === 'BEGIN' && !/(?<!\\)"/.test(text.slice(done, index))) {
      ranges.push({ start: done, end: index });
    } else {
      for (const range of keyBefore(text, done, index)) ranges.push(range);
    }
    done = end;
  }
  return [...encoded, ...ranges];
}

/** The key after a start whose end is missing. @param to where the next key begins */
function keyAfter(text: string, from: number, to: number): Range[] {
  BODY.lastIndex = from;
  const body = Math.min(to, from + (BODY.exec(text)?.[0].length ?? 0));
  const ranges = [{ start: from, end: body }];
  let end = body;
  const rest = text.slice(body, to).split(LINE_BREAK);
  for (const [at, line] of rest.entries()) {
    const words = isLineBreak(line) ? [] : keyWords(line, end, SHORTEST_LINE);
    // The first line ends the one before.
    if (at > 0 && words.length === 0 && !isLineBreak(line)) break;
    for (const range of words) ranges.push(range);
    end += line.length;
  }
  return ranges;
}

/**
 * The key before an end whose start has been cut off, or is in another string of a JSON text.
 * @param from what lies before belongs to another key
 */
function keyBefore(text: string, from: number, to: number): Range[] {
  const ranges: Range[] = [];
  let end = to;
  for (const [at, line] of text.slice(from, to).split(LINE_BREAK).reverse().entries()) {
    const start = end - line.length;
    // Only the last line of a key can be short. The first one here is on the line of the end itself.
    const isShortAllowed = at === 0 ? LONG_WORD.test(line) : ranges.length === 0;
    const words = isLineBreak(line) ? [] : keyWords(line, start, isShortAllowed ? 1 : SHORTEST_LINE);
    if (at > 0 && words.length === 0 && !isLineBreak(line)) break;
    for (const range of words) ranges.push(range);
    end = start;
  }
  return ranges;
}

/** The words of Base64 at the end of a line. A log may put a time before them, and write the whole key on one line. */
function keyWords(line: string, offset: number, shortest: number): Range[] {
  const ranges: Range[] = [];
  let end = offset + line.length;
  for (const word of line.split(/(\s+)/).reverse()) {
    const start = end - word.length;
    const { 0: key, index } = /[A-Za-z0-9+/]+={0,2}(?=[^A-Za-z0-9+/]*$)/.exec(word) ?? { 0: '', index: 0 };
    const isLongEnough = key.length >= (ranges.length > 0 ? SHORTEST_LINE : shortest);
    if (word.trim() !== '' && !isLongEnough) break;
    if (isLongEnough) ranges.push({ start: start + index, end: start + index + key.length });
    end = start;
  }
  return ranges;
}

function isLineBreak(line: string): boolean {
  return /^[\s\\rn]*$/.test(line);
}
