import { lineCounter } from '../syntax/place.ts';
import { applySplices, type Splice } from '../syntax/splice.ts';

/** How many unchanged lines surround a change, as in `git diff`. */
const CONTEXT = 3;

/** A replacement of the lines from `first` to `last`. If it only adds lines, `last` is before `first`. */
interface Block {
  readonly first: number;
  readonly last: number;
  readonly fresh: readonly string[];
}

/**
 * A unified diff of one file for `git apply`.
 * @param path with `/`, relative to the folder in which the patch is applied.
 */
export function unifiedDiff(path: string, before: string, splices: readonly Splice[]): string {
  const lines = linesOf(before);
  const hunks = hunksOf(blocksOf(before, lines, splices));
  let shift = 0;
  const bodies = hunks.map((blocks) => {
    const from = Math.max(0, (blocks[0]?.first ?? 0) - CONTEXT);
    const to = Math.min(lines.length - 1, (blocks.at(-1)?.last ?? 0) + CONTEXT);
    const body: string[] = [];
    const add = (some: readonly string[], mark: ' ' | '-' | '+') => {
      for (const line of some) body.push(marked(mark, line));
    };
    let at = from;
    for (const { first, last, fresh } of blocks) {
      add(lines.slice(at, first), ' ');
      add(lines.slice(first, last + 1), '-');
      add(fresh, '+');
      at = last + 1;
    }
    add(lines.slice(at, to + 1), ' ');
    const oldCount = to - from + 1;
    const newCount = body.filter((line) => !line.startsWith('-')).length;
    const header = `@@ -${from + 1},${oldCount} +${from + 1 + shift},${newCount} @@\n`;
    shift += newCount - oldCount;
    return header + body.join('');
  });
  const [a, b] = [nameInPatch(`a/${path}`), nameInPatch(`b/${path}`)];
  // Git needs a tab after a name with spaces to find its end.
  const end = path.includes(' ') ? '\t' : '';
  return `diff --git ${a} ${b}\n--- ${a}${end}\n+++ ${b}${end}\n${bodies.join('')}`;
}

function blocksOf(text: string, lines: readonly string[], splices: readonly Splice[]): Block[] {
  const lineOf = lineCounter(text);
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length);
  // If the text doesn't end with a line break, its end belongs to the last line.
  const lineAt = (place: number) => Math.min(lineOf(place), lines.length) - 1;
  const ranges: { first: number; last: number; splices: Splice[] }[] = [];
  for (const splice of splices.toSorted((a, b) => a.start - b.start)) {
    const first = lineAt(splice.start);
    const last = lineAt(Math.max(splice.start, splice.end - 1));
    const before = ranges.at(-1);
    if (before && first <= before.last) {
      before.last = Math.max(before.last, last);
      before.splices.push(splice);
    } else ranges.push({ first, last, splices: [splice] });
  }
  return ranges.map(({ first, last, splices: own }) => {
    const start = starts[first] ?? 0;
    const old = lines.slice(first, last + 1);
    const local = own.map((splice) => ({ ...splice, start: splice.start - start, end: splice.end - start }));
    const fresh = linesOf(applySplices(old.join(''), local));
    // A line after which another one was inserted didn't change.
    const same = old.findIndex((line, i) => line !== fresh[i]);
    const kept = same < 0 ? old.length : same;
    return { first: first + kept, last, fresh: fresh.slice(kept) };
  });
}

/** Blocks whose context lines meet share a hunk. */
function hunksOf(blocks: readonly Block[]): Block[][] {
  const hunks: Block[][] = [];
  for (const block of blocks) {
    const hunk = hunks.at(-1);
    const before = hunk?.at(-1);
    if (hunk && before && block.first - before.last <= 2 * CONTEXT + 1) hunk.push(block);
    else hunks.push([block]);
  }
  return hunks;
}

/** The lines of a text, each with its line break. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function marked(mark: string, line: string): string {
  return line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}

/** Git quotes names with control characters, quotes or backslashes (git-config, core.quotePath). */
function nameInPatch(name: string): string {
  if (!/[\p{Cc}"\\]/u.test(name)) return name;
  const quoted = name.replace(/[\p{Cc}"\\]/gu, (sign) =>
    sign === '"' || sign === '\\' ? `\\${sign}` : `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${quoted}"`;
}
