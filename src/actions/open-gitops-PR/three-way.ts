const LARGEST_TABLE = 16_000_000;

/** Where two texts agree: index pairs of equal lines, rising in both (a longest common subsequence). */
function commonLines(a: readonly string[], b: readonly string[]): [number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const pairs: [number, number][] = Array.from({ length: start }, (_, i) => [i, i]);
  pairs.push(
    ...middlePairs(a.slice(start, endA), b.slice(start, endB)).map(([i, j]): [number, number] => [
      i + start,
      j + start,
    ]),
  );
  for (let i = 0; endA + i < a.length; i++) pairs.push([endA + i, endB + i]);
  return pairs;
}

function middlePairs(a: readonly string[], b: readonly string[]): [number, number][] {
  // Texts that differ nearly everywhere: there is nothing to be kept apart.
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

/**
 * Merges two versions of a text that come from one ancestor, line by line, as `git merge-file` does: what only one side changed is
 * taken from it. `undefined` where both changed the same lines, or neighbouring ones, differently.
 */
export function mergeTexts(ancestor: string, ours: string, theirs: string): string | undefined {
  const lines = (text: string) => text.split(/(?<=\n)/);
  const [base, a, b] = [lines(ancestor), lines(ours), lines(theirs)];
  const inA = new Map(commonLines(base, a));
  const inB = new Map(commonLines(base, b));
  const merged: string[] = [];
  let [i, atA, atB] = [0, 0, 0];
  for (;;) {
    // A line that all three share ends a part that one of them changed.
    let next = i;
    while (next < base.length && !(inA.has(next) && inB.has(next))) next++;
    const endA = next < base.length ? (inA.get(next) ?? a.length) : a.length;
    const endB = next < base.length ? (inB.get(next) ?? b.length) : b.length;
    const part = oneOf(base.slice(i, next).join(''), a.slice(atA, endA).join(''), b.slice(atB, endB).join(''));
    if (part === undefined) return undefined;
    merged.push(part);
    if (next >= base.length) return merged.join('');
    merged.push(base[next] ?? '');
    [i, atA, atB] = [next + 1, endA + 1, endB + 1];
  }
}

function oneOf(base: string, ours: string, theirs: string): string | undefined {
  if (ours === theirs || theirs === base) return ours;
  return ours === base ? theirs : undefined;
}
