import type { ManifestEdit } from '../syntax/edit.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import { locate } from '../syntax/locate.ts';
import type { Parser } from '../syntax/parse.ts';
import { type NodePath, parsePath } from '../syntax/path.ts';
import { type Cursor, child, type ManifestDocument, type PathStep, rootOf } from '../syntax/tree.ts';
import type { DocumentStream } from './document-stream.ts';
import type { FileChange } from './file-change.ts';

/** How a change is made in a newer version of its file. */
export type ResolvedChange =
  | { readonly kind: 'edit'; readonly edit: ManifestEdit }
  /** The value is the new one already. */
  | { readonly kind: 'already-there' }
  /** The change has no certain place any more; `reason` is a sentence. */
  | { readonly kind: 'conflict'; readonly reason: string };

interface NewerFile {
  readonly stream: DocumentStream;
  readonly parser: Parser;
  /** Whether a place still belongs to the image that the change is about. */
  readonly isSameImage: (place: Cursor, change: FileChange, parser: Parser) => boolean;
}

/** Searches for the value at its old place, then where it may have moved to: another document of that name, another index of a list. */
export function resolveChange(change: FileChange, { stream, parser, isSameImage }: NewerFile): ResolvedChange {
  const path = parsePath(change.path);
  const anyIndex = path.map((step) => (step.kind === 'index' ? ({ kind: 'each' } as const) : step));
  const isMeant = (document: ManifestDocument) =>
    change.resource === undefined || resourceIdentity(document) === change.resource;
  const placesAt = (documents: readonly ManifestDocument[], to: NodePath) =>
    documents.flatMap((document) => locate(rootOf(document), to, parser));
  const sameDocument = stream.at(change.document).filter(isMeant);
  const resolveIn = (documents: readonly ManifestDocument[], to: NodePath) => {
    const places = placesAt(documents, change.beside === undefined ? to : to.slice(0, -1));
    const own = places.filter((place) => isSameImage(place, change, parser));
    return change.beside === undefined ? changedValue(change, own) : addedKey(change, own, path.at(-1));
  };
  return (
    resolveIn(sameDocument, path) ??
    resolveIn(stream.all().filter(isMeant), anyIndex) ??
    otherValue(change, placesAt(sameDocument, path)) ??
    conflict(stream.problem() ?? `${placeOf(change)} is not there any more.`)
  );
}

function changedValue(change: FileChange, found: readonly Cursor[]): ResolvedChange | undefined {
  const scalars = found.flatMap(({ document, node, flaw, indirection }) =>
    node.kind === 'scalar' ? [{ document, node, flaw, indirection }] : [],
  );
  const old = scalars.filter(({ node }) => node.text === change.old);
  const [place] = old;
  if (!place) return scalars.some(({ node }) => node.text === change.new) ? { kind: 'already-there' } : undefined;
  const { document, node, indirection } = place;
  if (change.detached && old.length === 1 && indirection?.kind === 'alias')
    return { kind: 'edit', edit: { kind: 'set', document, node: indirection.alias, text: change.new } };
  return obstacleIn(old, change) ?? { kind: 'edit', edit: { kind: 'set', document, node, text: change.new } };
}

/** A key that the bump added. The newer version may have it already. */
function addedKey(
  change: FileChange,
  mappings: readonly Cursor[],
  last: PathStep | undefined,
): ResolvedChange | undefined {
  if (last?.kind !== 'key') return undefined;
  // What a merge key brings in is not a key of the mapping itself.
  const existing = mappings.map((mapping) => {
    const value = child(mapping, last.key);
    return change.beside === '<<' && value?.indirection?.kind === 'merge' ? undefined : value?.node;
  });
  if (existing.some((node) => node?.kind === 'scalar' && node.text === change.new)) return { kind: 'already-there' };
  const without = mappings.filter((_, i) => existing[i] === undefined);
  const [mapping] = without;
  if (mapping?.node.kind !== 'mapping') return undefined;
  const { document, node } = mapping;
  const beside = node.pairs.find(({ key }) => key.kind === 'scalar' && key.text === change.beside);
  if (!beside) return undefined;
  const edit: ManifestEdit = { kind: 'add', document, node, beside, key: last.key, text: change.new };
  return obstacleIn(without, change) ?? { kind: 'edit', edit };
}

/** Why the change can't be made at these places; `undefined` if there is one place and it can be edited. */
function obstacleIn(places: readonly Pick<Cursor, 'flaw'>[], change: FileChange): ResolvedChange | undefined {
  if (places.length > 1)
    return conflict(`${placeOf(change)} could be any of ${places.length} places with the value "${change.old}".`);
  const flaw = places[0]?.flaw;
  if (flaw === undefined || (flaw === 'shared' && change.shared)) return undefined;
  return conflict(
    `${placeOf(change)} ${flaw === 'shared' ? 'is shared through a YAML alias now' : 'has a key that appears twice now'}.`,
  );
}

/** The conflict with somebody else's change of the value. */
function otherValue(change: FileChange, [now]: readonly Cursor[]): ResolvedChange | undefined {
  if (now?.node.kind !== 'scalar') return undefined;
  if ([change.old, change.new].includes(now.node.text))
    return conflict(`${placeOf(change)} belongs to another image now.`);
  const before = change.beside === undefined ? `it was "${change.old}"` : 'it was not there';
  return conflict(`${placeOf(change)} was changed to "${now.node.text}" in between (${before}).`);
}

function conflict(reason: string): ResolvedChange {
  return { kind: 'conflict', reason };
}

function placeOf({ path, file }: FileChange): string {
  return `${path} in ${file}`;
}
