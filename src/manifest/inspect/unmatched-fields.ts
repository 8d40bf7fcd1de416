import { editDistance } from '../../core/closest-match.ts';
import { type NamedField, namedFieldsFinder } from '../fields/named-fields.ts';
import { throwIfCancelled } from '../files/cancellation.ts';
import type { ManifestFile } from '../files/manifest-file.ts';
import { openManifest } from '../files/open-manifest.ts';
import { noPrefilter, Prefilter } from '../files/prefilter.ts';
import { type SearchScope, searchFiles } from '../files/search.ts';
import { locate } from '../syntax/locate.ts';
import { loadParser, type Parser } from '../syntax/parse.ts';
import { formatPath } from '../syntax/path.ts';
import { offsetInFile } from '../syntax/place.ts';
import { type Cursor, type ManifestDocument, rootOf, selfAndDescendants, textAt } from '../syntax/tree.ts';

/** A named field that no document has. */
export interface UnmatchedField {
  readonly field: NamedField;
  /** What the user may have meant, the most similar first: ends of a sentence that begins with a place. */
  readonly nearMisses: readonly string[];
}

/** How many files are parsed to find out what the user may have meant, and how many values are compared. */
const MAX_FILES = 500;
const MAX_VALUES = 20_000;

/** The named fields that lead to no image in any selected file. */
export async function unmatchedFields(
  scopes: readonly SearchScope[],
  named: readonly NamedField[],
  signal: AbortSignal,
): Promise<readonly UnmatchedField[]> {
  if (named.length === 0) return [];
  const parser = await loadParser();
  const missing = new Set(named);
  const keys = named.map(({ path }) => path.findLast((step) => step.kind === 'key')?.key ?? '');
  for (const scope of scopes)
    for (const manifest of searchFiles(scope, new Prefilter(keys), { searched: 0, skipped: [] })) {
      await throwIfCancelled(signal);
      if (missing.size === 0) return [];
      for (const document of openManifest(manifest, noPrefilter, parser).documents)
        for (const field of missing) if (hasField(document, field, manifest, parser)) missing.delete(field);
    }
  if (missing.size === 0) return [];
  const candidates: ManifestFile[] = [];
  for (const scope of scopes)
    for (const manifest of searchFiles(scope, noPrefilter, { searched: 0, skipped: [] })) {
      await throwIfCancelled(signal);
      if (candidates.length >= MAX_FILES) break;
      candidates.push(manifest);
    }
  return [...missing].map((field) => ({ field, nearMisses: nearMissesOf(field, candidates, parser) }));
}

function hasField(document: ManifestDocument, field: NamedField, { file }: ManifestFile, parser: Parser): boolean {
  const context = { file, parser, embedded: true, distinctAliases: true, policies: new Map() };
  for (const _ of namedFieldsFinder([field]).find(document, context)) return true;
  return false;
}

function nearMissesOf(field: NamedField, candidates: readonly ManifestFile[], parser: Parser): string[] {
  const wanted = formatPath(field.path);
  const ranked: { readonly rank: number; readonly text: string }[] = [];
  let values = 0;
  for (const manifest of candidates) {
    const { documents, lineAt } = openManifest(manifest, noPrefilter, parser);
    for (const document of documents) {
      const root = rootOf(document);
      const kind = textAt(root, 'kind') ?? '*';
      const isKind = field.kind === '*' || field.kind === kind;
      const place = ({ document: own, node }: Cursor) => `${manifest.file}:${lineAt(offsetInFile(own, node.span[0]))}`;
      for (const cursor of locate(root, field.path, parser).slice(0, 3))
        ranked.push({
          rank: isKind ? 0 : 1,
          text: `${place(cursor)} ${isKind ? `${formatPath(cursor.path)} ${misfit(cursor, field)}` : `has the path in the kind ${kind}`}`,
        });
      if (!isKind) continue;
      for (const cursor of selfAndDescendants(root)) {
        if (cursor.node.kind !== 'scalar' || values++ > MAX_VALUES) continue;
        const path = formatPath(cursor.path);
        const distance = editDistance(path.slice(-200), wanted.slice(-200));
        if (distance <= Math.max(2, wanted.length / 3) || (distance > 0 && lastStep(path) === lastStep(wanted)))
          ranked.push({ rank: 2 + distance, text: `${place(cursor)} ${kind}:${path} is similar` });
      }
    }
  }
  return [...new Set(ranked.sort((a, b) => a.rank - b.rank).map(({ text }) => text))].slice(0, 4);
}

/** Why a value that a path leads to isn't the field. */
function misfit({ node }: Cursor, { pattern, image }: NamedField): string {
  if (node.kind !== 'scalar') return 'has no image below it';
  const text = node.text.length > 80 ? `${node.text.slice(0, 80)}…` : node.text;
  if (pattern) return `doesn't fit the text of the line: it is "${text}"`;
  return image ? `is no tag or digest, but "${text}"` : `is no image reference, but "${text}"`;
}

function lastStep(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
