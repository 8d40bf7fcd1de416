/** One line of an ignore file (gitignore(5)). */
interface Rule {
  readonly includes: boolean;
  readonly onlyFolders: boolean;
  /** Matched against the name, not the path. */
  readonly byName: boolean;
  readonly regex: RegExp;
}

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
    const whole = bytes(path);
    const name = whole.slice(whole.lastIndexOf('/') + 1);
    const rule = rules.find((one) => (isFolder || !one.onlyFolders) && one.regex.test(one.byName ? name : whole));
    return rule && (rule.includes ? 'included' : 'ignored');
  };
}

function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function ruleOf(line: string): Rule[] {
  // Trailing spaces are ignored unless they are escaped.
  const text = /^(?:\\.|[^\\])*?(?=\r?$| +\r?$)/s.exec(line)?.[0] ?? line;
  if (text === '' || text.startsWith('#')) return [];
  const includes = text.startsWith('!');
  const body = includes ? text.slice(1) : text;
  const onlyFolders = body.endsWith('/');
  const pattern = onlyFolders ? body.slice(0, -1) : body;
  const byName = !pattern.includes('/');
  const source = sourceOf(pattern.replace(/^\//, ''));
  return source === undefined ? [] : [{ includes, onlyFolders, byName, regex: new RegExp(`^${source}$`, 's') }];
}

/** Converts a pattern to a regular expression; `undefined` if it can't match anything. */
function sourceOf(given: string): string | undefined {
  // Several `**` in a row mean the same as one, but take exponential time to match.
  const pattern = given.replace(/(^|\/)(?:\*{2,}\/){2,}/g, '$1**/');
  let source = '';
  for (let i = 0; i < pattern.length; ) {
    const char = pattern.charAt(i);
    if (char === '*') {
      const end = i + (/^\*+/.exec(pattern.slice(i))?.[0].length ?? 1);
      const crossesFolders =
        end - i > 1 && (i === 0 || pattern[i - 1] === '/') && (end === pattern.length || pattern[end] === '/');
      if (crossesFolders && end < pattern.length) source += '(?:.*/)?';
      else source += crossesFolders ? '.*' : '[^/]*';
      i = crossesFolders ? end + 1 : end;
    } else if (char === '?') {
      source += '[^/]';
      i += 1;
    } else if (char === '[') {
      const set = setAt(pattern, i);
      if (set === undefined) return undefined;
      source += set.source;
      i = set.end;
    } else {
      const at = char === '\\' ? i + 1 : i;
      if (at === pattern.length) return undefined;
      source += literal(pattern.charAt(at));
      i = at + 1;
    }
  }
  return source;
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t-\\r ',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/** Parses the bracket expression at `start`; `undefined` if it isn't closed. */
function setAt(pattern: string, start: number): { readonly source: string; readonly end: number } | undefined {
  let i = start + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i += 1;
  let items = '';
  let previous: string | undefined;
  for (let first = true; first || pattern[i] !== ']'; first = false) {
    const named = /^\[:([^\]]*):\]/.exec(pattern.slice(i));
    const range = previous !== undefined && pattern[i] === '-' && pattern[i + 1] !== ']' ? 1 : 0;
    const at = i + range + (pattern[i + range] === '\\' ? 1 : 0);
    const char = pattern[at];
    if (char === undefined) return undefined;
    if (named && range === 0) {
      const members = CLASSES[named[1] ?? ''];
      if (members === undefined) return undefined;
      items += members;
      [i, previous] = [i + named[0].length, undefined];
    } else if (range === 1 && previous !== undefined) {
      if (previous <= char) items += `${literal(previous)}-${literal(char)}`;
      [i, previous] = [at + 1, undefined];
    } else {
      items += literal(char);
      [i, previous] = [at + 1, char];
    }
  }
  return { source: negated ? `[^/${items}]` : `(?!/)[${items}]`, end: i + 1 };
}

function literal(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
