/** Text that is shown as it is inside Markdown (GitHub flavoured): nothing in it can format, link, mention or break a table. */
export function plain(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|<>~&]/g, (char) =>
      char === '<' ? '&lt;' : char === '>' ? '&gt;' : char === '&' ? '&amp;' : `\\${char}`,
    )
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/\s*\r?\n\s*/g, ' ');
}

/** Inline code, also where the text holds backticks or a pipe (in a table). */
export function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${text.replace(/\r?\n/g, ' ').replaceAll('|', '\\|')}${pad}${fence}`;
}

/** A fenced block; the fence is longer than any in the text. */
export function block(text: string, language = ''): string {
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

/** A table; cells are Markdown already (use `plain` or `code` for foreign text). */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A part that is folded until it is clicked. */
export function details(title: string, body: string): string {
  return `<details><summary>${plain(title)}</summary>\n\n${body}\n\n</details>`;
}

/** `sha256:4be1…`: a digest short enough to read; whole digests stand in the outputs. */
export function shortDigest(digest: string): string {
  return digest.replace(/^(sha\d+:[0-9a-f]{12})[0-9a-f]+$/, '$1…');
}
