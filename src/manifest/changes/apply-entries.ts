import type { Entry } from '../syntax/add-entry.ts';
import type { ManifestEdit } from '../syntax/edit.ts';
import { resourceIdentity } from '../syntax/identity.ts';
import type { Mapping } from '../syntax/node.ts';
import { parsePath } from '../syntax/path.ts';
import { child, items, type ManifestDocument, rootOf, textAt } from '../syntax/tree.ts';
import type { DocumentStream } from './document-stream.ts';
import type { FileChange } from './file-change.ts';

type AppendEdit = ManifestEdit & { readonly kind: 'append' };

export type EntryEdits =
  /** Empty if all entries are there already. */
  | { readonly kind: 'edits'; readonly edits: readonly AppendEdit[] }
  | { readonly kind: 'conflict'; readonly reason: string };

/** An entry of a list, put together from the changes of its values. */
interface WantedEntry {
  readonly change: FileChange;
  readonly list: string;
  readonly name: string;
  readonly entry: Entry;
}

/** The entries that a bump added to lists, as edits of a version of the file that may be newer. */
export function entryEdits(changes: readonly FileChange[], stream: DocumentStream): EntryEdits {
  const edits = new Map<Mapping, AppendEdit>();
  for (const { change, list, name, entry } of wantedEntries(changes)) {
    const document = documentOf(change, stream);
    const root = document && rootOf(document);
    if (!document || root?.node.kind !== 'mapping')
      return conflict(`${change.path} in ${change.file} can't be added: its document is not there any more.`);
    const { node } = root;
    const existing = items(child(root, list)).find((item) => textAt(item, 'name') === name);
    if (existing && entry.every(({ key, text }) => textAt(existing, key) === text)) continue;
    if (existing) return conflict(`${list}[name=${name}] in ${change.file} was added in between, with other values.`);
    // One edit for all entries of a document: they are inserted at the same place.
    const entries = [...(edits.get(node)?.entries ?? []), entry];
    edits.set(node, { kind: 'append', document, node, list, entries });
  }
  return { kind: 'edits', edits: [...edits.values()] };
}

function wantedEntries(changes: readonly FileChange[]): WantedEntry[] {
  const byEntry = Map.groupBy(changes, ({ document, path }) =>
    JSON.stringify([document, parsePath(path).slice(0, -1)]),
  );
  return [...byEntry.values()].flatMap((own): WantedEntry[] => {
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

/** The document at its old index, or the only document of that name. */
function documentOf({ document, resource }: FileChange, stream: DocumentStream): ManifestDocument | undefined {
  const isMeant = (each: ManifestDocument) => resource === undefined || resourceIdentity(each) === resource;
  const [exact] = stream.at(document).filter(isMeant);
  if (exact) return exact;
  const others = stream.all().filter(isMeant);
  return others.length === 1 ? others[0] : undefined;
}

function conflict(reason: string): EntryEdits {
  return { kind: 'conflict', reason };
}
