import type { Entry } from '../syntax/add-entry.ts';
import type { ManifestEdit } from '../syntax/edit.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import type { Mapping } from '../syntax/node.ts';
import { parsePath } from '../syntax/path.ts';
import { child, items, type ManifestDocument, rootOf, textAt } from '../syntax/tree.ts';
import type { DocumentStream } from './document-stream.ts';
import type { FileChange } from './file-change.ts';

type Append = ManifestEdit & { readonly kind: 'append' };

export type EntryEdits =
  /** None where all entries are there already. */
  | { readonly kind: 'edits'; readonly edits: readonly Append[] }
  | { readonly kind: 'conflict'; readonly reason: string };

/** One entry of a list, as the changes of a bump tell it. */
interface Wanted {
  readonly change: FileChange;
  readonly list: string;
  readonly name: string;
  readonly entry: Entry;
}

/** The entries that a bump added to lists, as edits of a version of the file that may be newer. */
export function entryEdits(changes: readonly FileChange[], stream: DocumentStream): EntryEdits {
  const edits = new Map<Mapping, Append>();
  for (const wanted of wantedEntries(changes)) {
    const { change, list, name, entry } = wanted;
    const home = homeOf(change, stream);
    const root = home && rootOf(home);
    if (!home || root?.node.kind !== 'mapping')
      return conflict(`${change.path} in ${change.file} has no document any more that it could be added to.`);
    const { node } = root;
    const there = items(child(root, list)).find((item) => textAt(item, 'name') === name);
    if (there && entry.every(({ key, text }) => textAt(there, key) === text)) continue;
    if (there)
      return conflict(`${list}[name=${name}] in ${change.file} was added in between, with something else in it.`);
    // One edit for all entries of a document: they have the same place.
    const entries = [...(edits.get(node)?.entries ?? []), entry];
    edits.set(node, { kind: 'append', document: home, node, list, entries });
  }
  return { kind: 'edits', edits: [...edits.values()] };
}

function wantedEntries(changes: readonly FileChange[]): Wanted[] {
  const places = Map.groupBy(changes, ({ document, path }) => JSON.stringify([document, parsePath(path).slice(0, -1)]));
  return [...places.values()].flatMap((own): Wanted[] => {
    const [change] = own;
    const [list, item] = change ? parsePath(change.path) : [];
    if (!change || list?.kind !== 'key' || item?.kind !== 'item' || item.key !== 'name') return [];
    const values = own.flatMap(({ path, new: text }) => {
      const key = parsePath(path).at(-1);
      return key?.kind === 'key' ? [{ key: key.key, text }] : [];
    });
    return [{ change, list: list.key, name: item.value, entry: [{ key: 'name', text: item.value }, ...values] }];
  });
}

/** The document where the bump found it, or the only other one of that name. */
function homeOf({ document, resource }: FileChange, stream: DocumentStream): ManifestDocument | undefined {
  const isMeant = (each: ManifestDocument) => resource === undefined || resourceIdentity(each) === resource;
  const [exact] = stream.at(document).filter(isMeant);
  if (exact) return exact;
  const others = stream.all().filter(isMeant);
  return others.length === 1 ? others[0] : undefined;
}

function conflict(reason: string): EntryEdits {
  return { kind: 'conflict', reason };
}
