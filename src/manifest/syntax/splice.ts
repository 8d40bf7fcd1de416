/** A replacement in a text. Offsets are in UTF-16 units. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, replacement } of splices.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}
