import { ActionError } from '../../core/error.ts';

const PLACEHOLDER = /\{\{\s*arm\s*\}\}/;

/** Whether a query holds `{{ arm }}`. */
export function hasPlaceholder(query: string): boolean {
  return PLACEHOLDER.test(query);
}

/**
 * The query with `{{ arm }}` replaced by the value of an arm, which can't leave the place where it stands: inside quotes it is
 * escaped, in backquotes (where nothing can be escaped) and outside of quotes only what can't end them is taken.
 * @param quote the provider's escaping for quoted strings
 * @throws ActionError `query-invalid`
 */
export function fillPlaceholder(query: string, value: string, quote: (text: string) => string): string {
  let filled = '';
  let quotes: string | undefined;
  for (let rest = query; rest !== ''; ) {
    const placeholder = PLACEHOLDER.exec(rest);
    if (placeholder?.index === 0) {
      filled += standingIn(value, quotes, quote, query);
      rest = rest.slice(placeholder[0].length);
      continue;
    }
    const escaped = quotes !== undefined && quotes !== '`' && rest.startsWith('\\');
    const piece = rest.slice(0, escaped ? 2 : 1);
    if (quotes === undefined && /["'`]/.test(piece)) quotes = piece;
    else if (piece === quotes) quotes = undefined;
    filled += piece;
    rest = rest.slice(piece.length);
  }
  return filled;
}

function standingIn(value: string, quotes: string | undefined, quote: (text: string) => string, query: string): string {
  if (quotes === '"' || quotes === "'") return quote(value);
  if (quotes === undefined ? /^\w[\w:.]*$/.test(value) : !/[`\r\n]/.test(value)) return value;
  throw new ActionError({
    code: 'query-invalid',
    message: `The value "${value}" can't stand for {{ arm }} ${quotes === undefined ? 'outside of quotes' : 'between backquotes'} in \`${query}\`.`,
    remedy: 'Put the placeholder between double quotes: track="{{ arm }}".',
  });
}
