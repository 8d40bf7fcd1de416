import { filePattern } from './ignore.ts';

export interface AttributesFile {
  /** Its folder with a trailing `/`; empty for the root. */
  readonly folder: string;
  readonly text: string;
}

/** The attributes that are set, with their values; `true` for one without a value. */
export type Attributes = ReadonlyMap<string, string>;

type Setting = readonly [name: string, value: string | undefined];

interface Line {
  readonly pattern: string;
  readonly settings: readonly Setting[];
}

/**
 * Returns a function that finds the attributes of a file, according to Git's attributes files (gitattributes(5)).
 * @param files in ascending precedence, as their lines are.
 */
export function attributeRules(files: readonly AttributesFile[]): (path: string) => Attributes {
  const macros = new Map<string, readonly Setting[]>();
  const rules = files.flatMap(({ folder, text }) =>
    linesOf(text).flatMap(({ pattern, settings }) => {
      const macro = /^\[attr\](.+)$/.exec(pattern)?.[1];
      if (macro !== undefined && folder === '') macros.set(macro, settings);
      if (macro !== undefined || pattern.startsWith('!')) return [];
      const matches = filePattern(pattern);
      const applies = (path: string) => path.startsWith(folder) && matches(path.slice(folder.length));
      return [{ applies, settings }];
    }),
  );
  return (path) => {
    const found = new Map<string, string>();
    const apply = (settings: readonly Setting[]) => {
      for (const [name, value] of settings) {
        if (value === undefined) found.delete(name);
        else found.set(name, value);
        // A macro sets other attributes, but no macros.
        if (value === 'true') apply((macros.get(name) ?? []).filter(([part]) => !macros.has(part)));
      }
    };
    for (const { applies, settings } of rules) if (applies(path)) apply(settings);
    return found;
  };
}

/** Git ignores longer lines, in bytes. */
const MAX_LINE = 2048;

function linesOf(text: string): Line[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((line) => (Buffer.byteLength(line) < MAX_LINE ? (lineOf(line.replace(/^[ \t\r]+/, '')) ?? []) : []));
}

/** `undefined` if the line sets nothing. One invalid name makes Git ignore a whole line. */
function lineOf(line: string): Line | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const { pattern, rest } = unquoted(line) ?? splitAtBlank(line);
  const settings = rest
    .split(/[ \t\r]+/)
    .filter((token) => token !== '')
    .map(settingOf);
  return settings.length > 0 && settings.every(([name]) => /^[\w.][\w.-]*$/.test(name))
    ? { pattern, settings }
    : undefined;
}

interface SplitLine {
  readonly pattern: string;
  readonly rest: string;
}

function splitAtBlank(line: string): SplitLine {
  const end = line.search(/[ \t\r]/);
  return end < 0 ? { pattern: line, rest: '' } : { pattern: line.slice(0, end), rest: line.slice(end) };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** A pattern in quotes, as C writes text, with bytes as octal numbers; `undefined` if there is no such text. */
function unquoted(line: string): SplitLine | undefined {
  const quoted = /^"(?:\\(?:[abfnrtv\\"]|[0-3][0-7]{2})|[^"\\])*"/.exec(line)?.[0];
  if (quoted === undefined) return undefined;
  const bytes = Buffer.from(quoted.slice(1, -1)).toString('latin1');
  const resolved = bytes.replace(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, char: string) =>
    octal === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return { pattern: Buffer.from(resolved, 'latin1').toString('utf8'), rest: line.slice(quoted.length) };
}

function settingOf(token: string): Setting {
  if (token.startsWith('-') || token.startsWith('!')) return [token.slice(1), undefined];
  const at = token.indexOf('=');
  return at < 0 ? [token, 'true'] : [token.slice(0, at), token.slice(at + 1) || undefined];
}
