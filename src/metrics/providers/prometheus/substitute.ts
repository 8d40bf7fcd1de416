import { MetricsError } from '../../error.ts';

type Quote = '"' | "'" | '`';

/**
 * A PromQL query with `value` in each place that `placeholder` matches. The value can't leave its place: inside `"…"` and `'…'` it's
 * escaped. In backquotes, which allow no escapes, and outside of quotes, a value that could end its place is rejected.
 * @throws MetricsError `query-invalid`
 */
export function substitute(query: string, placeholder: RegExp, value: string): string {
  let result = '';
  let quote: Quote | undefined;
  for (let rest = query; rest !== ''; ) {
    const match = placeholder.exec(rest);
    if (match?.index === 0) {
      result += escapeFor(quote, value, { query, placeholder: match[0] });
      rest = rest.slice(match[0].length);
      continue;
    }
    const isEscape = quote !== undefined && quote !== '`' && rest.startsWith('\\');
    const token = rest.slice(0, isEscape ? 2 : 1);
    if (quote === undefined) quote = quoteIn(token);
    else if (token === quote) quote = undefined;
    result += token;
    rest = rest.slice(token.length);
  }
  return result;
}

function quoteIn(token: string): Quote | undefined {
  return token === '"' || token === "'" || token === '`' ? token : undefined;
}

function escapeFor(
  quote: Quote | undefined,
  value: string,
  { query, placeholder }: { readonly query: string; readonly placeholder: string },
): string {
  if (quote === '"' || quote === "'") return escapeString(value);
  if (quote === undefined ? /^\w[\w:.]*$/.test(value) : !/[`\r\n]/.test(value)) return value;
  throw new MetricsError(
    { code: 'query-invalid', advice: `Put ${placeholder} in double quotes: track="${placeholder}".` },
    `The value "${value}" can't replace ${placeholder} ${quote === undefined ? 'outside of quotes' : 'in backquotes'} in \`${query}\`.`,
  );
}

/** Escapes by code point are the same in both kinds of quotes; `\'` would be an error in double quotes. */
function escapeString(text: string): string {
  return text.replace(/["'`\\\n\r]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
