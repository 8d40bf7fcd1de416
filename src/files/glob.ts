import { type InputType, InvalidInput } from '../core/input-types.ts';

/** An input that takes a glob; several go through `globs`. */
export const glob: InputType<string> = {
  expects: 'a glob',
  parse(text) {
    if (/^!?[./\\]*$/.test(text)) throw new InvalidInput(`"${text}" names no file. All of them are "**".`);
    try {
      globs([text]);
    } catch {
      throw new InvalidInput('A range in its brackets, such as [a-z], runs backwards.');
    }
    return text;
  },
};

/**
 * Matches file paths (with `/`) against globs: `*` and `?` within a folder's name, `**` across folders, `[abc]`, `{a,b}`. Names that begin
 * with a dot match like any other. A glob that begins with `!` takes away from what those before it matched.
 */
export function globs(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map((pattern) => {
    const excludes = pattern.startsWith('!');
    return { excludes, regex: new RegExp(`^${source(normal(excludes ? pattern.slice(1) : pattern))}$`, 'u') };
  });
  // Only exclusions: from everything.
  const start = rules.length > 0 && rules.every(({ excludes }) => excludes);
  return (path) => rules.reduce((matches, rule) => (rule.regex.test(path) ? !rule.excludes : matches), start);
}

/** Windows users write `\`, and `./` in front means nothing. */
function normal(pattern: string): string {
  return pattern
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '');
}

function source(pattern: string): string {
  return pattern.replace(
    /\*\*\/|\/\*\*$|\*+|\?|\[(?<not>[!^])?(?<set>[^\]/]+)\]|\{(?<options>[^{}]*)\}|[\\^$.|+()[\]{}]/gu,
    (token, ...rest) => {
      const groups: unknown = rest.at(-1);
      const { not, set, options } = isGroups(groups) ? groups : {};
      if (token === '**/') return '(?:[^/]+/)*';
      if (token === '/**') return '/.+';
      if (token.startsWith('*')) return token === '**' && pattern === '**' ? '.*' : '[^/]*';
      if (token === '?') return '[^/]';
      if (set !== undefined) return `[${not ? '^/' : ''}${set.replace(/[\\^[\]]/g, '\\$&')}]`;
      if (options !== undefined) return `(?:${options.split(',').map(source).join('|')})`;
      return `\\${token}`;
    },
  );
}

function isGroups(value: unknown): value is Record<string, string | undefined> {
  return typeof value === 'object' && value !== null;
}
