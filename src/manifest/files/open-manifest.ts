import { type DocumentText, splitDocuments } from '../syntax/documents.ts';
import type { Parser } from '../syntax/parse.ts';
import { lineCounter } from '../syntax/place.ts';
import type { ManifestDocument } from '../syntax/tree.ts';
import type { ManifestFile, Remark } from './manifest-file.ts';
import type { Prefilter } from './prefilter.ts';

export interface OpenManifest {
  /** Documents that pass the prefilter. Each is parsed when it is requested, so a file of thousands isn't in memory at once. */
  readonly documents: Iterable<ManifestDocument>;
  /** Documents that can't be parsed; complete after `documents` was read to its end. */
  readonly skipped: readonly Remark[];
  /** The texts of those documents. */
  readonly unreadable: readonly DocumentText[];
  readonly lineAt: (offset: number) => number;
}

export function openManifest({ file, text }: ManifestFile, prefilter: Prefilter, parser: Parser): OpenManifest {
  const lineAt = lineCounter(text);
  const skipped: Remark[] = [];
  const unreadable: DocumentText[] = [];
  function* documents(): Generator<ManifestDocument> {
    for (const part of splitDocuments(text)) {
      if (!prefilter.mayMatchText(part.text)) continue;
      const parsed = parser.parse(part);
      if (parsed.kind === 'parsed') yield parsed.document;
      else {
        const template = part.text.includes('{{') ? 'looks like a template and ' : '';
        unreadable.push(part);
        skipped.push({ file, line: lineAt(part.offset + parsed.offset), reason: template + parsed.reason });
      }
    }
  }
  return { documents: documents(), skipped, unreadable, lineAt };
}
