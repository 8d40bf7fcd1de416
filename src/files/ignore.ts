import { setAt } from './bracket-expression.ts';
import { type Accepts, type Part, wildcardMatcher } from './wildcards.ts';

/** One line of an ignore file (gitignore(5)). */
interface Rule {
  readonly includes: boolean;
  readonly matches: PathMatcher;
}

/** @param path as bytes. @param name the part of it after the last `/`. */
type PathMatcher = (path: Buffer, name: Buffer, isFolder: boolean) => boolean;

/** `undefined` if no line of the file matches. */
export type IgnoreDecision = 'ignored' | 'included' | undefined;

/**
 * Parses an ignore file. As in Git, the last matching line decides, and matching works on bytes.
 * @returns a function that takes a path relative to the folder of the file, with `/` and without a trailing one.
 */
export function ignoreRules(text: string): (path: string, isFolder: boolean) => IgnoreDecision {
  const rules = bytes(text.replace(/^\ufeff/, ''))
    .split('\n')
    .flatMap(ruleOf)
    .reverse();
  return (path, isFolder) => {
    const { whole, name } = inBytes(path);
    const rule = rules.find(({ matches }) => matches(whole, name, isFolder));
    return rule && (rule.includes ? 'included' : 'ignored');
  };
}

/** Matches the files of a pattern as Git's attributes files have it: the pattern of an ignore file, but each character counts. */
export function filePattern(pattern: string): (path: string) => boolean {
  const matches = pathMatcher(bytes(pattern));
  return (path) => {
    const { whole, name } = inBytes(path);
    return matches?.(whole, name, false) === true;
  };
}

/** Each byte as a character of its own. */
function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function inBytes(path: string): { readonly whole: Buffer; readonly name: Buffer } {
  const whole = Buffer.from(path);
  return { whole, name: whole.subarray(whole.lastIndexOf(SLASH) + 1) };
}

function ruleOf(line: string): Rule[] {
  const text = withoutTrailingSpaces(line.endsWith('\r') ? line.slice(0, -1) : line);
  if (text === '' || text.startsWith('#')) return [];
  const includes = text.startsWith('!');
  const matches = pathMatcher(includes ? text.slice(1) : text);
  return matches ? [{ includes, matches }] : [];
}

/** Trailing spaces don't count, unless a backslash escapes the first of them. For Git, a line ends at a NUL too. */
function withoutTrailingSpaces(line: string): string {
  let spaces: number | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (char === '\0') return line.slice(0, spaces ?? i);
    if (char === ' ') spaces ??= i;
    else {
      spaces = undefined;
      if (char === '\\' && line[++i] === '\0') return line.slice(0, i);
    }
  }
  return line.slice(0, spaces);
}

/** `undefined` if the pattern can't match anything. */
function pathMatcher(body: string): PathMatcher | undefined {
  const onlyFolders = body.endsWith('/');
  const pattern = onlyFolders ? body.slice(0, -1) : body;
  const byName = !pattern.includes('/');
  const matches = wholeMatcher(pattern.replace(/^\//, ''));
  if (matches === undefined) return undefined;
  return (path, name, isFolder) => (isFolder || !onlyFolders) && matches(byName ? name : path);
}

const WILDCARD = /[*?[\\]/;

function wholeMatcher(pattern: string): ((text: Buffer) => boolean) | undefined {
  if (!WILDCARD.test(pattern)) {
    const name = Buffer.from(pattern, 'latin1');
    return (text) => name.equals(text);
  }
  const parts = partsOf(pattern);
  return parts && wildcardMatcher(parts);
}

const SLASH = 0x2f;
const inName: Accepts = (byte) => byte !== SLASH;
const slash: Part = { kind: 'one', accepts: (byte) => byte === SLASH };
const anything: Part = { kind: 'many', accepts: () => true };
/** `**` before a slash: any folders, or none. */
const folders: Part = { kind: 'either', options: [[anything, slash], []] };

function partsOf(pattern: string): Part[] | undefined {
  const parts: Part[] = [];
  // Git compares what precedes the first wildcard on its own. The rest is a pattern that can start with `**`.
  const start = pattern.search(WILDCARD);
  for (let i = 0; i < pattern.length; ) {
    const char = pattern.charAt(i);
    if (char === '*') {
      let end = i + 1;
      while (pattern[end] === '*') end++;
      const isAtStart = i === start || pattern[i - 1] === '/';
      const isAtEnd = end === pattern.length || pattern[end] === '/' || pattern.startsWith('\\/', end);
      const crossesFolders = end - i > 1 && isAtStart && isAtEnd;
      const beforeSlash = crossesFolders && pattern[end] === '/';
      parts.push(beforeSlash ? folders : crossesFolders ? anything : { kind: 'many', accepts: inName });
      i = beforeSlash ? end + 1 : end;
    } else if (char === '?') {
      parts.push({ kind: 'one', accepts: inName });
      i += 1;
    } else if (char === '[') {
      const set = setAt(pattern, i);
      if (set === undefined) return undefined;
      parts.push({ kind: 'one', accepts: (byte) => byte !== SLASH && set.has(byte) });
      i = set.end;
    } else {
      const at = char === '\\' ? i + 1 : i;
      if (at === pattern.length) return undefined;
      const code = pattern.charCodeAt(at);
      parts.push({ kind: 'one', accepts: (byte) => byte === code });
      i = at + 1;
    }
  }
  return parts;
}
