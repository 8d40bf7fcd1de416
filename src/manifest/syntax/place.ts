import { offsetInHolder } from './embedded.ts';
import { lineIndex, lineStarts } from './lines.ts';
import type { ManifestDocument } from './tree.ts';

/** Where an offset in the text of a document stands in its file, in UTF-16 units. */
export function offsetInFile(document: ManifestDocument, offset: number): number {
  const { holder } = document;
  return holder ? offsetInFile(holder.document, offsetInHolder(offset, holder)) : document.offset + offset;
}

/** Tells the line of an offset in a text, counted from 1; the text is read once, when the first is asked for. */
export function lineCounter(text: string): (offset: number) => number {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    return lineIndex(starts, offset) + 1;
  };
}
