/** Whether a character (a code unit, code point or byte, as the caller counts) is one of those that a wildcard stands for. */
export type Accepts = (character: number) => boolean;

/** A part of a pattern. */
export type Part =
  /** One character. */
  | { readonly kind: 'one'; readonly accepts: Accepts }
  /** Any number of characters. */
  | { readonly kind: 'many'; readonly accepts: Accepts }
  /** One of several patterns. */
  | { readonly kind: 'either'; readonly options: readonly (readonly Part[])[] }
  /** A pattern any number of times. */
  | { readonly kind: 'repeated'; readonly parts: readonly Part[] };

/** A step of the automaton: reads one character, or goes on in several places at once. Step 0 is the end of the pattern. */
type Step =
  | { readonly kind: 'end' }
  | { readonly kind: 'read'; readonly accepts: Accepts; readonly next: number }
  | { readonly kind: 'split'; readonly next: number[] };

/** All steps that are possible after the characters read so far. */
interface Situation {
  readonly steps: readonly number[];
  readonly isEnd: boolean;
  /** The situations that were computed before, by the next character. */
  readonly after: (Situation | undefined)[];
}

/** How many steps the known situations of one pattern may have before they are forgotten. A bound of memory. */
const MOST_KNOWN = 20_000;

/**
 * A matcher of whole texts. A regular expression backtracks: a few wildcards in a hostile pattern hang it. This one follows all
 * possibilities at once, so it needs at most time in proportion to the length of the pattern times that of the text.
 */
export function wildcardMatcher(parts: readonly Part[]): (characters: ArrayLike<number>) => boolean {
  const steps: Step[] = [{ kind: 'end' }];
  const start = addParts(parts, 0, steps);
  let known = new Map<string, Situation>();
  let size = 0;
  const situation = (from: readonly number[]): Situation => {
    const reached = reachedFrom(from, steps);
    const key = reached.join();
    const before = known.get(key);
    if (before) return before;
    if (size > MOST_KNOWN) {
      known = new Map();
      size = 0;
      first.after.length = 0;
    }
    const fresh: Situation = { steps: reached, isEnd: reached.includes(0), after: [] };
    known.set(key, fresh);
    size += reached.length + 1;
    return fresh;
  };
  const first: Situation = { steps: reachedFrom([start], steps), isEnd: false, after: [] };
  const firstIsEnd = first.steps.includes(0);
  const next = (now: Situation, character: number): Situation => {
    const from = now.steps.flatMap((index) => {
      const step = steps[index];
      return step?.kind === 'read' && step.accepts(character) ? [step.next] : [];
    });
    const found = situation(from);
    now.after[character] = found;
    return found;
  };
  return (characters) => {
    let now: Situation | undefined;
    for (let i = 0; i < characters.length; i++) {
      const character = characters[i] ?? 0;
      const from: Situation = now ?? first;
      now = from.after[character] ?? next(from, character);
      if (now.steps.length === 0) return false;
    }
    return now ? now.isEnd : firstIsEnd;
  };
}

/** Adds the steps of parts that go on at the step `end`. @returns the step that they start with. */
function addParts(parts: readonly Part[], end: number, steps: Step[]): number {
  return parts.reduceRight((next, part) => addPart(part, next, steps), end);
}

function addPart(part: Part, next: number, steps: Step[]): number {
  if (part.kind === 'one') return steps.push({ kind: 'read', accepts: part.accepts, next }) - 1;
  if (part.kind === 'either') {
    const options = part.options.map((option) => addParts(option, next, steps));
    return steps.push({ kind: 'split', next: options }) - 1;
  }
  const again: number[] = [next];
  const split = steps.push({ kind: 'split', next: again }) - 1;
  again.push(
    part.kind === 'many'
      ? steps.push({ kind: 'read', accepts: part.accepts, next: split }) - 1
      : addParts(part.parts, split, steps),
  );
  return split;
}

/** The steps that read a character or end the pattern, from some steps on; in order, each once. */
function reachedFrom(from: readonly number[], steps: readonly Step[]): number[] {
  const seen = new Set<number>();
  const open = [...from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const step = steps[index];
    if (step?.kind === 'split') for (const each of step.next) open.push(each);
  }
  return [...seen].filter((index) => steps[index]?.kind !== 'split').sort((a, b) => a - b);
}
