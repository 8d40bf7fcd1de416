/** A part of a text: from `start` up to, but without, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The text with `***` in place of each range. Ranges that overlap or touch become one. */
export function hideRanges(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  const parts: string[] = [];
  let shown = 0;
  let hiddenTo = -1;
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    if (start > hiddenTo) {
      if (hiddenTo >= 0) parts.push('***');
      parts.push(text.slice(shown, start));
    }
    hiddenTo = Math.max(hiddenTo, end);
    shown = hiddenTo;
  }
  return [...parts, '***', text.slice(shown)].join('');
}
