import { isUtf8 } from 'node:buffer';
import type { FileEdit } from '../../../github/repository/files.ts';
import { commonLines, linesOf } from './lines.ts';

/** One version of a file; `undefined` if the file doesn't exist. */
export type FileVersion = FileEdit['after'];

export type FileMerge = { readonly kind: 'merged'; readonly file: FileVersion } | { readonly kind: 'conflict' };

const CONFLICT: FileMerge = { kind: 'conflict' };

/**
 * Merges two versions of a file that have a common ancestor. Content and mode are merged separately; if only one side changed, its version
 * wins. If both changed the content, it is merged line by line, but only if all versions are text. Links and binary files conflict.
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

/** Whether a file is UTF-8 text, so that it can be merged line by line. */
function isText({ mode, content }: Present): boolean {
  return mode !== '120000' && !content.includes(0) && isUtf8(content);
}

/** Compares content and mode. */
export function isSameVersion(a: FileVersion, b: FileVersion): boolean {
  if (!a || !b) return a === b;
  return a.mode === b.mode && a.content.equals(b.content);
}

/**
 * Merges two versions of a text line by line, as `git merge-file` does.
 * @returns `undefined` if both sides changed the same lines, or adjacent ones, in different ways.
 */
export function mergeTexts(ancestor: string, ours: string, theirs: string): string | undefined {
  const [base, a, b] = [linesOf(ancestor), linesOf(ours), linesOf(theirs)];
  const inA = new Map(commonLines(base, a));
  const inB = new Map(commonLines(base, b));
  const merged: string[] = [];
  let [i, atA, atB] = [0, 0, 0];
  for (;;) {
    // A line that all three have in common ends a changed part.
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
