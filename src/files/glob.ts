import { type InputType, InvalidInput } from '../core/input-types.ts';

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
 */
export function globs(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map((pattern) => {
    const excludes = pattern.startsWith('!');
    return { excludes, regex: new RegExp(`^${source(normalized(excludes ? pattern.slice(1) : pattern))}$`, 'u') };
  });
  // If all globs exclude, they exclude from all files.
  const initial = rules.length > 0 && rules.every(({ excludes }) => excludes);
  return (path) => rules.reduce((matches, rule) => (rule.regex.test(path) ? !rule.excludes : matches), initial);
}

/** Replaces the `\` of Windows, and removes a leading `./` and trailing slashes. */
function normalized(pattern: string): string {
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
