import type { FileChange } from './file-change.ts';
import { splitDocuments } from './syntax/documents.ts';
import { type Edit, editStream } from './syntax/edit.ts';
import { identityOf } from './syntax/identity.ts';
import { locate } from './syntax/locate.ts';
import { loadParser, type Parser } from './syntax/parse.ts';
import { type Path, parsePath } from './syntax/path.ts';
import { type Cursor, type ManifestDocument, rootOf, type Scalar } from './syntax/tree.ts';

export type Applied =
  | { readonly kind: 'applied'; readonly text: string }
  /** Every value is the new one already. */
  | { readonly kind: 'already-there' }
  /** The file moved on so that a change has no certain place any more; `reason` is a sentence. */
  | { readonly kind: 'conflict'; readonly reason: string };

/**
 * Makes the changes of a bump in a version of the file that may be newer than the one they were made in: other lines may have
 * come or gone, documents and list items may have moved, other values may have changed.
 * @param changes those of this file only.
 */
export async function applyChanges(source: string, changes: readonly FileChange[]): Promise<Applied> {
  const parser = await loadParser();
  const documents = documentsOf(source, parser);
  if (typeof documents === 'string') return { kind: 'conflict', reason: documents };
  const edits: Edit[] = [];
  for (const change of changes) {
    const place = findPlace(documents, change, parser);
    if (place.kind === 'conflict') return place;
    if (place.kind === 'found') edits.push({ document: place.cursor.document, node: place.node, text: change.new });
  }
  if (edits.length === 0) return { kind: 'already-there' };
  const edited = editStream(source, edits, parser);
  return edited.kind === 'edited'
    ? { kind: 'applied', text: edited.text }
    : { kind: 'conflict', reason: `${changes[0]?.file ?? 'The file'} can't be edited safely: ${edited.reason}.` };
}

type Place =
  | { readonly kind: 'found'; readonly cursor: Cursor; readonly node: Scalar }
  | { readonly kind: 'already-there' }
  | { readonly kind: 'conflict'; readonly reason: string };

function documentsOf(source: string, parser: Parser): ManifestDocument[] | string {
  const documents: ManifestDocument[] = [];
  for (const part of splitDocuments(source)) {
    const parsed = parser.parse(part);
    if (parsed.kind === 'unreadable') return `Document ${part.index + 1} of the file ${parsed.reason}.`;
    documents.push(parsed.document);
  }
  return documents;
}

function findPlace(documents: readonly ManifestDocument[], change: FileChange, parser: Parser): Place {
  const path = parsePath(change.path);
  const candidates = documents
    .filter((document) => change.resource === undefined || identityOf(document) === change.resource)
    .sort((a, b) => Math.abs(a.index - change.document) - Math.abs(b.index - change.document));
  const where = `${change.path} in ${change.file}`;
  const exact = scalarsAt(candidates.slice(0, 1), path, parser);
  // Where it stood, and where it may have moved to: another document of that name, another index of a list.
  const moved = () =>
    scalarsAt(
      candidates,
      path.map((step) => (step.kind === 'index' ? { kind: 'each' } : step)),
      parser,
    );
  for (const places of [exact, moved()]) {
    const old = places.filter(({ node }) => node.text === change.old);
    const [place, ...others] = old;
    if (place && others.length > 0)
      return {
        kind: 'conflict',
        reason: `${where} could be any of ${old.length} places with the value "${change.old}".`,
      };
    if (place) return checked(place, change, where);
    if (places.some(({ node }) => node.text === change.new)) return { kind: 'already-there' };
  }
  const [other] = exact;
  if (other)
    return {
      kind: 'conflict',
      reason: `${where} was changed to "${other.node.text}" in between (it was "${change.old}").`,
    };
  return { kind: 'conflict', reason: `${where} is not there any more.` };
}

function checked(place: { cursor: Cursor; node: Scalar }, change: FileChange, where: string): Place {
  const { flaw } = place.cursor;
  if (flaw === undefined || (flaw === 'shared' && change.shared)) return { kind: 'found', ...place };
  return {
    kind: 'conflict',
    reason: flaw === 'shared' ? `${where} is shared through a YAML alias now.` : `${where} is written twice now.`,
  };
}

function scalarsAt(
  documents: readonly ManifestDocument[],
  path: Path,
  parser: Parser,
): { cursor: Cursor; node: Scalar }[] {
  return documents.flatMap((document) =>
    locate(rootOf(document), path, parser).flatMap((cursor) =>
      cursor.node.kind === 'scalar' ? [{ cursor, node: cursor.node }] : [],
    ),
  );
}
