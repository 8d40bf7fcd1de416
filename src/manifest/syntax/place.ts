import { offsetInHolder } from './embedded.ts';
import type { ManifestDocument } from './tree.ts';

/** Where an offset in the text of a document stands in its file, in UTF-16 units. */
export function offsetInFile(document: ManifestDocument, offset: number): number {
  const { holder } = document;
  return holder ? offsetInFile(holder.document, offsetInHolder(offset, holder)) : document.offset + offset;
}

/** The line of an offset in a text, counted from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
