const LARGEST_TABLE = 16_000_000;

/** The longest common subsequence of two texts, as pairs of line indexes. */
export function commonLines(a: readonly string[], b: readonly string[]): [number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const pairs: [number, number][] = Array.from({ length: start }, (_, i) => [i, i]);
  for (const [i, j] of middlePairs(a.slice(start, endA), b.slice(start, endB))) pairs.push([i + start, j + start]);
  for (let i = 0; endA + i < a.length; i++) pairs.push([endA + i, endB + i]);
  return pairs;
}

function middlePairs(a: readonly string[], b: readonly string[]): [number, number][] {
  // The table would take too much memory: this part counts as different as a whole.
  if (a.length * b.length > LARGEST_TABLE) return [];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[i] === b[j]
          ? 1 + (lengths[(i + 1) * width + j + 1] ?? 0)
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return pairs;
}

/** The lines of a text, with their line ends. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/** The first `most` lines that differ, as in a diff. `…` marks unchanged lines in between. */
export function changedLines(before: string, after: string, most: number): string[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const shown: string[] = [];
  let [atA, atB] = [0, 0];
  for (const [i, j] of [...commonLines(a, b), [a.length, b.length] as const]) {
    const changed = [...a.slice(atA, i).map((line) => `- ${line}`), ...b.slice(atB, j).map((line) => `+ ${line}`)];
    if (changed.length > 0 && shown.length > 0) shown.push('…');
    for (const line of changed) shown.push(line.replace(/\r?\n$/, ''));
    [atA, atB] = [i + 1, j + 1];
  }
  return shown.length > most ? [...shown.slice(0, most), `… and ${shown.length - most} more lines`] : shown;
}
