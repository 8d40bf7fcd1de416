import { splitDocuments } from '../syntax/documents.ts';
import type { Parser } from '../syntax/parse.ts';
import { lineCounter } from '../syntax/place.ts';
import type { ManifestDocument } from '../syntax/tree.ts';
import type { ManifestFile, Remark } from './manifest-file.ts';
import type { Prefilter } from './prefilter.ts';

/** A file while its fields are looked for. */
export interface OpenManifest {
  /** Those that may mention what is looked for, each parsed when it is asked for: a file of thousands is not held at once. */
  readonly documents: Iterable<ManifestDocument>;
  /** Documents that can't be read; all of them once all documents were asked for. */
  readonly skipped: readonly Remark[];
  readonly lineAt: (offset: number) => number;
}

/** Parses the documents of a file that hold one of the texts; the others are not worth it. */
export function openManifest({ file, text }: ManifestFile, prefilter: Prefilter, parser: Parser): OpenManifest {
  const lineAt = lineCounter(text);
  const skipped: Remark[] = [];
  function* documents(): Generator<ManifestDocument> {
    for (const part of splitDocuments(text)) {
      if (!prefilter.mayMatchText(part.text)) continue;
      const parsed = parser.parse(part);
      if (parsed.kind === 'parsed') yield parsed.document;
      else {
        const template = part.text.includes('{{') ? 'looks like a template and ' : '';
        skipped.push({ file, line: lineAt(part.offset + parsed.offset), reason: template + parsed.reason });
      }
    }
  }
  return { documents: documents(), skipped, lineAt };
}
