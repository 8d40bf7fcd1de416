import { offsetInHolder } from './embedded.ts';
import { lineIndex, lineStarts } from './lines.ts';
import type { ManifestDocument } from './tree.ts';

/** Translates an offset in the text of a document to an offset in its file, in UTF-16 units. */
export function offsetInFile(document: ManifestDocument, offset: number): number {
  const { holder } = document;
  return holder ? offsetInFile(holder.document, offsetInHolder(offset, holder)) : document.offset + offset;
}

/** A function that returns the line of an offset, from 1. It scans the text once, at its first call. */
export function lineCounter(text: string): (offset: number) => number {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    return lineIndex(starts, offset) + 1;
  };
}
