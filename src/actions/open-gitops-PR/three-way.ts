import { commonLines, linesOf } from './lines.ts';

/**
 * Merges two versions of a text that come from one ancestor, line by line, as `git merge-file` does: what only one side changed is
 * taken from it. `undefined` where both changed the same lines, or neighbouring ones, differently.
 */
export function mergeTexts(ancestor: string, ours: string, theirs: string): string | undefined {
  const [base, a, b] = [linesOf(ancestor), linesOf(ours), linesOf(theirs)];
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
