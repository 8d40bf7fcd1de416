import { type InputType, InvalidInput } from '../core/input-types.ts';
import { trimEndOf } from '../core/trim-end.ts';
import { type Accepts, type Part, wildcardMatcher } from './wildcards.ts';

/** An input that is a glob; match several with `globs`. */
export const glob: InputType<string> = {
  expects: 'a glob',
  parse(text) {
    if (/^!?[./\\]*$/.test(text)) throw new InvalidInput(`"${text}" matches no file. "**" matches all files.`);
    try {
      globs([text]);
    } catch {
      throw new InvalidInput('It contains a reversed range in brackets, such as [z-a].');
    }
    return text;
  },
};

/**
 * Matches paths (with `/`) against globs: `*` and `?` within a name, `**` across folders, `[abc]`, `{a,b}`. Names that start with a dot
 * match like any other. A glob that starts with `!` excludes paths that earlier globs matched.
 * @throws RangeError for a reversed range in brackets.
 */
export function globs(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map((pattern) => {
    const excludes = pattern.startsWith('!');
    return { excludes, matches: wildcardMatcher(partsOf(normalized(excludes ? pattern.slice(1) : pattern))) };
  });
  // If all globs exclude, they exclude from all files.
  const initial = rules.length > 0 && rules.every(({ excludes }) => excludes);
  return (path) => {
    const characters = codePoints(path);
    return rules.reduce((matches, rule) => (rule.matches(characters) ? !rule.excludes : matches), initial);
  };
}

/** Replaces the `\` of Windows, and removes a leading `./` and trailing slashes. */
function normalized(pattern: string): string {
  return trimEndOf(pattern.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, ''), '/');
}

function codePoints(text: string): number[] {
  const points: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    if (point > 0xffff) i++;
    points.push(point);
  }
  return points;
}

const SLASH = 0x2f;
const anything: Accepts = () => true;
const inName: Accepts = (character) => character !== SLASH;
const slash: Part = { kind: 'one', accepts: (character) => character === SLASH };
const folders: Part = {
  kind: 'repeated',
  parts: [{ kind: 'one', accepts: inName }, { kind: 'many', accepts: inName }, slash],
};

const TOKEN = /\*\*\/|\/\*\*$|\*+|\{[^{}]*\}|./suy;

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  const closing = nextIndex(pattern, ']');
  const nextSlash = nextIndex(pattern, '/');
  for (let at = 0; at < pattern.length; ) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(pattern)?.[0] ?? '';
    at += token.length;
    if (token === '**/') parts.push(folders);
    else if (token === '/**')
      parts.push(slash, { kind: 'one', accepts: anything }, { kind: 'many', accepts: anything });
    else if (token.startsWith('*'))
      parts.push({ kind: 'many', accepts: token === '**' && pattern === '**' ? anything : inName });
    else if (token === '?') parts.push({ kind: 'one', accepts: inName });
    else if (token.startsWith('{') && token.endsWith('}'))
      parts.push({ kind: 'either', options: token.slice(1, -1).split(',').map(partsOf) });
    else if (token === '[' && closing(at) > at && closing(at) < nextSlash(at)) {
      parts.push({ kind: 'one', accepts: setOf(pattern.slice(at, closing(at))) });
      at = closing(at) + 1;
    } else {
      const code = token.codePointAt(0);
      parts.push({ kind: 'one', accepts: (character) => character === code });
    }
  }
  return parts;
}

/** Finds the next place of a character, from places that only grow; infinite if there is none. Searches each part of the text once. */
function nextIndex(text: string, character: string): (from: number) => number {
  let known = -1;
  return (from) => {
    if (known < from) {
      const found = text.indexOf(character, from);
      known = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return known;
  };
}

/** The characters between brackets: single ones and ranges, negated by `!` or `^` before them. */
function setOf(text: string): Accepts {
  const isNegated = /^[!^]./su.test(text);
  const characters = codePoints(isNegated ? text.slice(1) : text);
  const ranges: (readonly [low: number, high: number])[] = [];
  for (let i = 0; i < characters.length; ) {
    const low = characters[i] ?? 0;
    const end = characters[i + 1] === 0x2d ? characters[i + 2] : undefined;
    if (end !== undefined && end < low) throw new RangeError('reversed range');
    ranges.push([low, end ?? low]);
    i += end === undefined ? 1 : 3;
  }
  const has = (character: number) => ranges.some(([low, high]) => character >= low && character <= high);
  return isNegated ? (character) => character !== SLASH && !has(character) : has;
}
