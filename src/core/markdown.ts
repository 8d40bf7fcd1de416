/**
 * Text that is shown as it is inside Markdown (GitHub flavoured): nothing in it can format, mention, refer to an issue, close one or
 * break a table. A bare URL links to where it says.
 */
export function escapeMarkdown(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]()#+!|<>~&]/g, (char) =>
      char === '<' ? '&lt;' : char === '>' ? '&gt;' : char === '&' ? '&amp;' : `\\${char}`,
    )
    .replace(/((?<!\w)@|#|\bGH-)(?=\w)/gi, '$1\u200b')
    .replace(/\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?=:?\s{1,9}https?:)/gi, '$1\u200b');
}

/** A sentence of ours with foreign text in it: its code spans stay, all else is plain. Lines stay lines. */
export function escapeProse(text: string): string {
  const line = (one: string) =>
    one
      .split(/(?<!`)((`+)(?!`).+?(?<!`)\2(?!`))/)
      .flatMap((part, index) => (index % 3 === 0 ? [escapeMarkdown(part)] : index % 3 === 1 ? [visible(part)] : []))
      .join('');
  return text
    .split(/\r\n|\r|\n/)
    .map(line)
    .join('<br>');
}

/** Inline code, also where the text holds backticks or a pipe (in a table). */
export function code(text: string): string {
  const shown = visible(text);
  // A table takes the backslash before a pipe for its own: only entities say both.
  if (shown.includes('\\|'))
    return `<code>${shown.replace(/[^A-Za-z0-9 ]/gu, (char) => `&#${char.codePointAt(0)};`)}</code>`;
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${shown.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** In one line, without what hides text or turns its direction. */
function visible(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ').replace(/(?!\t)\p{Cc}|\p{Bidi_Control}/gu, '\ufffd');
}

/** A fenced block; the fence is longer than any in the text. */
export function codeBlock(text: string, language = ''): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, '')}\n${fence}`;
}

/** A link, or the plain label where no URL is known. */
export function link(label: string, url: string | undefined): string {
  return url === undefined
    ? label
    : `[${label}](${url.replace(/[()\s<>]/g, (char) => encodeURIComponent(char).replace('(', '%28').replace(')', '%29'))})`;
}

/**
 * A table; cells are Markdown already (use `plain` or `code` for foreign text). The summary of `@actions/core` makes a table of HTML, in
 * which foreign text is HTML too.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A part that is folded until it is clicked. */
export function details(title: string, body: string): string {
  return `<details><summary>${escapeMarkdown(title)}</summary>\n\n${body}\n\n</details>`;
}
