import { MetricsError } from '../../error.ts';
import { type QueryPart, queryParts } from './tokens.ts';

/** Words that would change how the rest of an expression is read. */
const OPERATOR =
  /^(?:and|or|unless|atan2|by|without|on|ignoring|group_left|group_right|offset|bool|sum|avg|min|max|count|group|stddev|stdvar|topk|bottomk|quantile|count_values|limitk|limit_ratio|start|end)$/i;

/**
 * A PromQL query with `value` in each place that `placeholder` matches. The value can't leave its place: inside `"…"` and `'…'` it's
 * escaped. In backquotes, which allow no escapes, in comments and outside of quotes, a value that could end its place is rejected.
 * @throws MetricsError `query-invalid`
 */
export function substitute(query: string, placeholder: RegExp, value: string): string {
  const everywhere = new RegExp(placeholder, `${placeholder.flags.replace('g', '')}g`);
  const isFilled = everywhere.test(query);
  if (!isFilled) return query;
  const parts = queryParts(query);
  requireReadable(parts, query);
  return parts
    .map(({ kind, text }) =>
      text.replace(everywhere, (...match: readonly unknown[]) => {
        const [found, at] = [String(match[0]), Number(match.findLast((one) => typeof one === 'number'))];
        const isAlone = !isWordCharacter(text[at - 1]) && !isWordCharacter(text[at + found.length]);
        const written = isEscaped(text, at) ? undefined : writtenIn(kind, value, isAlone);
        if (written !== undefined) return written;
        throw new MetricsError(
          { code: 'query-invalid', advice: `Put ${found} in double quotes: track="${found}".` },
          `The value "${value}" can't replace ${found} ${PLACES[kind]} in \`${query}\`.`,
        );
      }),
    )
    .join('');
}

const PLACES: Readonly<Record<QueryPart['kind'], string>> = {
  code: 'outside of quotes',
  comment: 'in a comment',
  '`': 'in backquotes',
  '"': 'in double quotes',
  "'": 'in single quotes',
};

/** The value as it's written in a part of a query; `undefined` if it could end the part. */
function writtenIn(kind: QueryPart['kind'], value: string, isAlone: boolean): string | undefined {
  switch (kind) {
    case '"':
    case "'":
      return escapeString(value);
    case '`':
      return /[`\r\n]/.test(value) ? undefined : value;
    case 'comment':
      return /[\p{Cc}\u2028\u2029]/u.test(value) ? undefined : value;
    case 'code':
      return /^\w[\w:.]*$/.test(value) && !(isAlone && OPERATOR.test(value)) ? value : undefined;
  }
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}

/** Whether a backslash would change the first character of the value. */
function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

/** Where servers could disagree about where a string ends, no value is put in. Prometheus itself rejects such queries. */
function requireReadable(parts: readonly QueryPart[], query: string): void {
  // VictoriaMetrics reads a backslash outside of strings as an escape.
  if (parts.some(({ kind, text }) => kind === 'code' && text.includes('\\')))
    throw new MetricsError(
      { code: 'query-invalid', advice: 'Put the part with the backslash in quotes.' },
      `There is a backslash outside of quotes in \`${query}\`.`,
    );
  const open = parts.find(({ isClosed }) => !isClosed);
  if (open)
    throw new MetricsError(
      { code: 'query-invalid', advice: `Add the missing ${open.kind}.` },
      `The string that starts with ${open.text.slice(0, 20)} in \`${query}\` has no end.`,
    );
}

/** Escapes by code point are the same in both kinds of quotes; `\'` would be an error in double quotes. */
function escapeString(text: string): string {
  return text.replace(/["'`\\\n\r]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
