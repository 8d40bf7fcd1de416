import { isUtf8 } from 'node:buffer';
import type { FileEdit } from '../../../github/repository/files.ts';
import { commonLines, linesOf } from './lines.ts';

/** A file in one version; `undefined` where it is not. */
export type FileVersion = FileEdit['after'];

export type FileMerge = { readonly kind: 'merged'; readonly file: FileVersion } | { readonly kind: 'conflict' };

const CONFLICT: FileMerge = { kind: 'conflict' };

/**
 * Merges two versions of a file that come from one ancestor, content and mode each by itself: what only one side changed is taken from
 * it. Contents that both changed are merged line by line where all are text; links and other contents are never mixed.
 */
export function mergeFiles(ancestor: FileVersion, ours: FileVersion, theirs: FileVersion): FileMerge {
  if (isSameVersion(ours, theirs) || isSameVersion(theirs, ancestor)) return { kind: 'merged', file: ours };
  if (isSameVersion(ours, ancestor)) return { kind: 'merged', file: theirs };
  if (!ancestor || !ours || !theirs) return CONFLICT;
  const mode = oneOf(ancestor.mode, ours.mode, theirs.mode);
  const content = mergeContents(ancestor, ours, theirs);
  return mode === undefined || content === undefined ? CONFLICT : { kind: 'merged', file: { mode, content } };
}

type Present = NonNullable<FileVersion>;

function mergeContents(ancestor: Present, ours: Present, theirs: Present): Buffer | undefined {
  if (ours.content.equals(theirs.content) || theirs.content.equals(ancestor.content)) return ours.content;
  if (ours.content.equals(ancestor.content)) return theirs.content;
  if (![ancestor, ours, theirs].every(isText)) return undefined;
  const [base, a, b] = [ancestor, ours, theirs].map(({ content }) => content.toString('utf8'));
  const merged = mergeTexts(base ?? '', a ?? '', b ?? '');
  return merged === undefined ? undefined : Buffer.from(merged);
}

/** Whether turning a content into text and back gives the same bytes, and lines mean something in it. */
function isText({ mode, content }: Present): boolean {
  return mode !== '120000' && !content.includes(0) && isUtf8(content);
}

/** Whether two versions are the same in content and mode. */
export function isSameVersion(a: FileVersion, b: FileVersion): boolean {
  if (!a || !b) return a === b;
  return a.mode === b.mode && a.content.equals(b.content);
}

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

function oneOf<T extends string>(base: T, ours: T, theirs: T): T | undefined {
  if (ours === theirs || theirs === base) return ours;
  return ours === base ? theirs : undefined;
}
