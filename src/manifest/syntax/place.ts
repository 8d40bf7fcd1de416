import { offsetInHolder } from './embedded.ts';
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
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
