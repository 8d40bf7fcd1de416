/** A part of a PromQL query in which the same characters end it. */
export interface QueryPart {
  readonly kind: 'code' | 'comment' | '"' | "'" | '`';
  /** With its quotes, or its `#`; the line break after a comment isn't part of it. */
  readonly text: string;
  /** Whether it has the quote that ends it. */
  readonly isClosed: boolean;
}

/** The lexer of Prometheus ends comments at `\r` as well. A string in `"` or `'` can't contain a line break. */
const PART =
  /(?<comment>#[^\r\n]*)|(?<string>"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|`[^`]*`?)|(?<code>[^#"'`]+)/g;

/** Splits a query into code, comments and strings. The parts together are the query. */
export function queryParts(query: string): readonly QueryPart[] {
  return [...query.matchAll(PART)].map(({ 0: text, groups = {} }) => {
    if (groups['string'] === undefined)
      return { kind: groups['comment'] === undefined ? 'code' : 'comment', text, isClosed: true };
    const quote = text[0] === '"' ? '"' : text[0] === "'" ? "'" : '`';
    return { kind: quote, text, isClosed: isClosed(text, quote) };
  });
}

function isClosed(text: string, quote: string): boolean {
  if (text.length < 2 || !text.endsWith(quote)) return false;
  const backslashes = /\\*$/.exec(text.slice(0, -1))?.[0].length ?? 0;
  return quote === '`' || backslashes % 2 === 0;
}
