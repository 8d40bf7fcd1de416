import type { Needles } from './files/needles.ts';
import type { ManifestFile, Remark } from './remark.ts';
import { splitDocuments } from './syntax/documents.ts';
import type { Parser } from './syntax/parse.ts';
import { lineCounter } from './syntax/place.ts';
import type { ManifestDocument } from './syntax/tree.ts';

/** A file while its fields are looked for. */
export interface OpenedFile {
  /** Those that may mention what is looked for. */
  readonly documents: readonly ManifestDocument[];
  /** Documents that can't be read. */
  readonly skipped: readonly Remark[];
  readonly lineAt: (offset: number) => number;
}

/** Parses the documents of a file that hold one of the texts; the others are not worth it. */
export function openFile({ file, text }: ManifestFile, needles: Needles, parser: Parser): OpenedFile {
  const lineAt = lineCounter(text);
  const documents: ManifestDocument[] = [];
  const skipped: Remark[] = [];
  for (const part of splitDocuments(text)) {
    if (!needles.mayBeInText(part.text)) continue;
    const parsed = parser.parse(part);
    if (parsed.kind === 'parsed') documents.push(parsed.document);
    else {
      const template = part.text.includes('{{') ? 'looks like a template and ' : '';
      skipped.push({ file, line: lineAt(part.offset + parsed.offset), reason: template + parsed.reason });
    }
  }
  return { documents, skipped, lineAt };
}
