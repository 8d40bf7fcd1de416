import { editStream, type ManifestEdit } from '../syntax/edit.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import { locate } from '../syntax/locate.ts';
import { loadParser } from '../syntax/parse.ts';
import { type NodePath, parsePath } from '../syntax/path.ts';
import { type Cursor, child, type ManifestDocument, type PathStep, rootOf } from '../syntax/tree.ts';
import { entryEdits } from './apply-entries.ts';
import { DocumentStream } from './document-stream.ts';
import type { FileChange } from './file-change.ts';

export type ApplyResult =
  | { readonly kind: 'applied'; readonly text: string }
  /** Every value is the new one already. */
  | { readonly kind: 'already-there' }
  /** The file moved on so that a change has no certain place any more; `reason` is a sentence. */
  | { readonly kind: 'conflict'; readonly reason: string };

interface Search {
  readonly stream: DocumentStream;
  /** The places that a path leads to. */
  at(documents: readonly ManifestDocument[], path: NodePath): Cursor[];
  /** Whether a place is still of the image that the change is about. */
  isStillOf(place: Cursor, change: FileChange): boolean;
}

/** What becomes of one change. */
type ChangeOutcome = { readonly kind: 'edit'; readonly edit: ManifestEdit } | Exclude<ApplyResult, { kind: 'applied' }>;

/**
 * Makes the changes of a bump in a version of the file that may be newer than the one they were made in: other lines may have
 * come or gone, documents and list items may have moved, other values may have changed.
 * @param changes those of this file only, all of which are made or none.
 */
export async function applyChanges(source: string, changes: readonly FileChange[]): Promise<ApplyResult> {
  const parser = await loadParser();
  // Loaded only when there is something to change.
  const { isSameImage } = await import('./same-image.ts');
  const stream = new DocumentStream(source, parser);
  const search: Search = {
    stream,
    at: (documents, path) => documents.flatMap((document) => locate(rootOf(document), path, parser)),
    isStillOf: (place, change) => isSameImage(place, change, parser),
  };
  const edits: ManifestEdit[] = [];
  const added = entryEdits(
    changes.filter(({ entry }) => entry),
    stream,
  );
  if (added.kind === 'conflict') return added;
  edits.push(...added.edits);
  for (const change of changes.filter(({ entry }) => !entry)) {
    const step = resolveChange(change, search);
    if (step.kind === 'conflict') return step;
    if (step.kind === 'edit') edits.push(step.edit);
  }
  if (edits.length === 0) return { kind: 'already-there' };
  const edited = editStream(source, edits, parser);
  return edited.kind === 'edited'
    ? { kind: 'applied', text: edited.text }
    : conflict(`${changes[0]?.file ?? 'The file'} can't be edited safely: ${edited.reason}.`);
}

/** Looks where the value stood, then where it may have moved to: another document of that name, another index of a list. */
function resolveChange(change: FileChange, { stream, at, isStillOf }: Search): ChangeOutcome {
  const path = parsePath(change.path);
  const moved = path.map((step) => (step.kind === 'index' ? ({ kind: 'each' } as const) : step));
  const isMeant = (document: ManifestDocument) =>
    change.resource === undefined || resourceIdentity(document) === change.resource;
  const exact = stream.at(change.document).filter(isMeant);
  const [last] = path.slice(-1);
  const seek = (documents: readonly ManifestDocument[], way: NodePath) => {
    const places = at(documents, change.beside === undefined ? way : way.slice(0, -1));
    const own = places.filter((place) => isStillOf(place, change));
    return change.beside === undefined ? changedValue(change, own) : addedKey(change, own, last);
  };
  return (
    seek(exact, path) ??
    seek(stream.all().filter(isMeant), moved) ??
    explainMissing(change, at(exact, path)) ??
    conflict(stream.problem() ?? `${where(change)} is not there any more.`)
  );
}

function changedValue(change: FileChange, found: readonly Cursor[]) {
  const places = found.flatMap(({ document, node, flaw, indirection }) =>
    node.kind === 'scalar' ? [{ document, node, flaw, indirection }] : [],
  );
  const old = places.filter(({ node }) => node.text === change.old);
  const [place] = old;
  if (!place) return places.some(({ node }) => node.text === change.new) ? alreadyThere : undefined;
  const { document, node, indirection } = place;
  if (change.detached && old.length === 1 && indirection?.kind === 'alias')
    return toEdit({ kind: 'set', document, node: indirection.alias, text: change.new });
  return obstacle(old, change) ?? toEdit({ kind: 'set', document, node, text: change.new });
}

/** A key that the bump added; it may be there by now. */
function addedKey(change: FileChange, homes: readonly Cursor[], last: PathStep | undefined) {
  if (last?.kind !== 'key') return undefined;
  // What a merge key brings in is no key of the mapping's own.
  const there = homes.map((home) => {
    const value = child(home, last.key);
    return change.beside === '<<' && value?.indirection?.kind === 'merge' ? undefined : value?.node;
  });
  if (there.some((node) => node?.kind === 'scalar' && node.text === change.new)) return alreadyThere;
  const free = homes.filter((_, i) => there[i] === undefined);
  const [home] = free;
  if (home?.node.kind !== 'mapping') return undefined;
  const { document, node } = home;
  const beside = node.pairs.find(({ key }) => key.kind === 'scalar' && key.text === change.beside);
  if (!beside) return undefined;
  return obstacle(free, change) ?? toEdit({ kind: 'add', document, node, beside, key: last.key, text: change.new });
}

/** Why a place must not be edited; `undefined` where there is one, and nothing is wrong with it. */
function obstacle(places: readonly Pick<Cursor, 'flaw'>[], change: FileChange): ChangeOutcome | undefined {
  if (places.length > 1)
    return conflict(`${where(change)} could be any of ${places.length} places with the value "${change.old}".`);
  const flaw = places[0]?.flaw;
  if (flaw === undefined || (flaw === 'shared' && change.shared)) return undefined;
  return conflict(`${where(change)} ${flaw === 'shared' ? 'is shared through a YAML alias' : 'is written twice'} now.`);
}

/** Somebody else changed the value. */
function explainMissing(change: FileChange, [now]: readonly Cursor[]) {
  if (now?.node.kind !== 'scalar') return undefined;
  if ([change.old, change.new].includes(now.node.text)) return conflict(`${where(change)} is another image's now.`);
  const before = change.beside === undefined ? `it was "${change.old}"` : 'it was not there';
  return conflict(`${where(change)} was changed to "${now.node.text}" in between (${before}).`);
}

const alreadyThere: ChangeOutcome = { kind: 'already-there' };

function toEdit(edit: ManifestEdit): ChangeOutcome {
  return { kind: 'edit', edit };
}

function conflict(reason: string): Extract<ApplyResult, { kind: 'conflict' }> {
  return { kind: 'conflict', reason };
}

function where({ path, file }: FileChange): string {
  return `${path} in ${file}`;
}
