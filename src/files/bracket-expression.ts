const CLASSES: Readonly<Record<string, readonly string[]>> = {
  alnum: ['AZ', 'az', '09'],
  alpha: ['AZ', 'az'],
  blank: ['  ', '\t\t'],
  cntrl: ['\0\x1f', '\x7f\x7f'],
  digit: ['09'],
  graph: ['!~'],
  lower: ['az'],
  print: [' ~'],
  punct: ['!/', ':@', '[`', '{~'],
  space: ['\t\r', '  '],
  upper: ['AZ'],
  xdigit: ['09', 'AF', 'af'],
};

interface BracketExpression {
  readonly has: (byte: number) => boolean;
  /** Where it ends in the pattern. */
  readonly end: number;
}

/**
 * Parses the bracket expression at `start` of a pattern, as Git's wildmatch.c does: `[a-z]`, `[!a]`, `[[:alpha:]]`.
 * @param pattern each byte as a character of its own. @returns undefined if it isn't closed or names an unknown class.
 */
export function setAt(pattern: string, start: number): BracketExpression | undefined {
  let i = start + 1;
  const isNegated = pattern[i] === '!' || pattern[i] === '^';
  if (isNegated) i += 1;
  const members = new Set<number>();
  let previous: string | undefined;
  for (let first = true; first || pattern[i] !== ']'; first = false) {
    const isRange = previous !== undefined && pattern[i] === '-' && pattern[i + 1] !== ']';
    const named = isRange ? undefined : classAt(pattern, i);
    const at = i + (isRange ? 1 : 0) + (pattern[i + (isRange ? 1 : 0)] === '\\' ? 1 : 0);
    const char = pattern[at];
    if (char === undefined || named === 'unknown') return undefined;
    if (named) {
      for (const range of named.ranges) addRange(members, range.charAt(0), range.charAt(1));
      [i, previous] = [named.end, undefined];
    } else if (isRange && previous !== undefined) {
      addRange(members, previous, char);
      [i, previous] = [at + 1, undefined];
    } else {
      members.add(char.charCodeAt(0));
      [i, previous] = [at + 1, char];
    }
  }
  return { has: (byte) => members.has(byte) !== isNegated, end: i + 1 };
}

/** A class such as `[:alpha:]` that starts at `at`. */
function classAt(
  pattern: string,
  at: number,
): { readonly ranges: readonly string[]; readonly end: number } | 'unknown' | undefined {
  if (!pattern.startsWith('[:', at)) return undefined;
  const close = pattern.indexOf(']', at + 2);
  if (close < at + 3 || pattern[close - 1] !== ':') return undefined;
  const name = pattern.slice(at + 2, close - 1);
  return Object.hasOwn(CLASSES, name) ? { ranges: CLASSES[name] ?? [], end: close + 1 } : 'unknown';
}

function addRange(members: Set<number>, low: string, high: string): void {
  for (let byte = low.charCodeAt(0); byte <= high.charCodeAt(0); byte++) members.add(byte);
}
