/** How many items an error lists. */
const MAX_LISTED = 8;

/** A title with indented items below it; the rest of a long list is counted. */
export function listed(title: string, items: readonly string[]): string {
  const more = items.length > MAX_LISTED ? [`  … and ${items.length - MAX_LISTED} more`] : [];
  return [title, ...items.slice(0, MAX_LISTED).map((item) => `  ${item}`), ...more].join('\n');
}
