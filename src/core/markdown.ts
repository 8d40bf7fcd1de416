import { redactCredentials } from './find-credentials.ts';
import { showInvisible } from './invisible.ts';

const ENTITIES: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/**
 * Shows foreign text in GitHub Flavored Markdown: it can't format, mention anybody, link or close an issue, or break a table, and shows no
 * credentials. A bare URL still becomes a link.
 */
export function escapeMarkdown(text: string): string {
  // Escaped credentials would no longer be recognized.
  return escapeMarkup(redactCredentials(text));
}

/** Like `escapeMarkdown`, for text that may contain credentials. */
export function escapeMarkup(text: string): string {
  return singleLine(text)
    .replace(/[\\`*_{}[\]()#+!|<>~&]/g, (char) => ENTITIES[char] ?? `\\${char}`)
    .replace(/((?<![A-Za-z0-9])@|#|(?<![A-Za-z0-9])GH-)(?=\w)/gi, '$1\u200b')
    .replace(/\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=:?\s+https?:)/gi, '$1\u200b');
}

/** Escapes a message that may quote foreign text: its code spans stay, everything else is escaped. Line breaks stay. */
export function escapeProse(text: string): string {
  const line = (one: string) =>
    one
      .split(/(?<!`)((`+)(?!`).+?(?<!`)\2(?!`))/)
      .flatMap((part, index) => {
        // Per code span there are three parts: the text before it, the span, and its backticks.
        if (index % 3 === 0) return escapeMarkup(part);
        return index % 3 === 1 ? singleLine(part) : [];
      })
      .join('');
  return redactCredentials(text)
    .split(/\r\n|\r|\n/)
    .map(line)
    .join('<br>');
}

/** Inline code. The text may contain backticks, and pipes inside a table. */
export function code(text: string): string {
  const shown = singleLine(redactCredentials(text));
  // In a table, only entities can show a backslash followed by a pipe.
  if (shown.includes('\\|'))
    return `<code>${shown.replace(/[^A-Za-z0-9 ]/gu, (char) => `&#${char.codePointAt(0)};`)}</code>`;
  const longest = longestMatch(shown, /`+/g);
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${shown.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** The text on one line, without characters that hide it or change its direction. */
function singleLine(text: string): string {
  return showInvisible(text.replace(/[\r\n\u2028\u2029]+/g, ' ').replace(/(?!\t)\p{Cc}/gu, '\ufffd'));
}

/** The length of the longest match. A spread into `Math.max` would overflow the stack with very many matches. */
function longestMatch(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((longest, [match]) => Math.max(longest, match.length), 0);
}

/** A fenced code block; the fence is longer than any in the text. */
export function codeBlock(text: string, language = ''): string {
  const shown = showInvisible(redactCredentials(text));
  const longest = Math.max(2, longestMatch(shown, /`{3,}/g));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown.replace(/\n$/, '')}\n${fence}`;
}

/** A link, or only the label if no URL is known. */
export function link(label: string, url: string | undefined): string {
  return url === undefined
    ? label
    : `[${label}](${url.replace(/[()\s<>]/g, (char) => encodeURIComponent(char).replace('(', '%28').replace(')', '%29'))})`;
}

/**
 * A table. Cells are Markdown: use `escapeMarkdown` or `code` for foreign text. The summary of `@actions/core` makes an HTML table without
 * escaping its cells.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A collapsed section. */
export function details(title: string, body: string): string {
  return `<details><summary>${escapeMarkdown(title)}</summary>\n\n${body}\n\n</details>`;
}
