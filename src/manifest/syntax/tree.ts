import { uniqueNames } from './list-names.ts';
import { pairsWith } from './mapping-keys.ts';
import { mergedValue, mergeOf } from './merges.ts';
import type { Alias, Mapping, Node, Pair, Scalar } from './node.ts';
import { isOverridden } from './overridden-keys.ts';

/** A document of a manifest file, or the YAML inside a block scalar. */
export interface ManifestDocument {
  /** The index in the file, from 0. */
  readonly index: number;
  readonly text: string;
  /** Where the text starts in the text that it is part of. */
  readonly offset: number;
  readonly root: Node | undefined;
  /** Anchored nodes that an alias refers to: a change of one changes several places. */
  readonly shared: ReadonlySet<Node>;
  /** Whether the text is JSON, and must stay JSON. */
  readonly json: boolean;
  /** The block scalar that contains this text, if the document is embedded. */
  readonly holder: { readonly document: ManifestDocument; readonly node: Scalar } | undefined;
}

/** Why a value can't simply be edited in place. */
export type Flaw = 'shared' | 'duplicate-key';

/** A node of a document, with the path from the root to it. */
export interface Cursor {
  readonly document: ManifestDocument;
  readonly node: Node;
  readonly path: readonly PathStep[];
  /** What makes an edit here unsafe: found at the node or on the path to it. */
  readonly flaw: Flaw | undefined;
  /** The last step of the path, if it and none before it is an alias or a merge key: replacing it changes only this place. */
  readonly indirection?: Indirection | undefined;
  /** Whether the flaw is that aliases refer to this very node, not to one around it. */
  readonly isAnchor?: true;
}

export type Indirection =
  /** `key: *name` */
  | { readonly kind: 'alias'; readonly alias: Alias }
  /** `<<: *name`, in the mapping that gets the key from it. */
  | { readonly kind: 'merge'; readonly mapping: Mapping; readonly pair: Pair };

/** A step of a path (as text: see path.ts). */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'item'; readonly key: string; readonly value: string }
  | { readonly kind: 'each' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'embedded' };

export function rootOf(document: ManifestDocument): Cursor | undefined {
  return document.root && cursorAt(document, document.root, [], undefined);
}

/** The value of a key, through aliases and merge keys (`<<`); `undefined` if there is none. */
export function child(cursor: Cursor, key: string): Cursor | undefined {
  const { document, node, path } = cursor;
  if (node.kind !== 'mapping') return undefined;
  const found = pairsWith(node, key);
  const [first] = found;
  if (first) {
    const flaw = flawOfKey(cursor, key) ?? (found.length > 1 ? 'duplicate-key' : undefined);
    return cursorAt(document, first.value, [...path, { kind: 'key', key }], flaw);
  }
  const merged = mergedValue(node, key, document.shared);
  const pair = mergeOf(node);
  if (!merged || !pair) return undefined;
  const value = cursorAt(document, merged.value, [...path, { kind: 'key', key }], cursor.flaw ?? merged.flaw);
  return { ...value, indirection: cursor.flaw ? undefined : { kind: 'merge', mapping: node, pair } };
}

/** What a key of a mapping inherits. An anchored mapping doesn't share the keys that its users override. */
function flawOfKey({ document, node, flaw, isAnchor }: Cursor, key: string): Flaw | undefined {
  const isOnlyHere = isAnchor && node.kind === 'mapping' && document.root && isOverridden(document.root, node, key);
  return isOnlyHere ? undefined : flaw;
}

/** The text of the scalar at a path of keys. */
export function textAt(cursor: Cursor | undefined, ...keys: readonly string[]): string | undefined {
  const node = descend(cursor, ...keys)?.node;
  return node?.kind === 'scalar' ? node.text : undefined;
}

/** The node at a path of keys. */
export function descend(cursor: Cursor | undefined, ...keys: readonly string[]): Cursor | undefined {
  return keys.reduce<Cursor | undefined>((here, key) => here && child(here, key), cursor);
}

/** The items of a list, each with a path by its unique name (`[name=app]`), otherwise by its index; none for another node. */
export function items(cursor: Cursor | undefined): Cursor[] {
  if (cursor?.node.kind !== 'list') return [];
  const { node } = cursor;
  return node.items.flatMap((_, index) => itemAt(cursor, index) ?? []);
}

/** An item of a list; `undefined` if there is none. */
export function itemAt({ document, node, path, flaw }: Cursor, index: number): Cursor | undefined {
  const item = node.kind === 'list' ? node.items[index] : undefined;
  if (node.kind !== 'list' || !item) return undefined;
  const name = uniqueNames(node)[index];
  const step: PathStep = name === undefined ? { kind: 'index', index } : { kind: 'item', key: 'name', value: name };
  return cursorAt(document, item, [...path, step], flaw);
}

/** The keys and values of a mapping, without those that merge keys bring in; none for another node. */
export function mappingEntries(cursor: Cursor | undefined): readonly MappingEntry[] {
  if (cursor?.node.kind !== 'mapping' || cursor.node.pairs.length === 0) return [];
  const { document, path } = cursor;
  const found = new Map<string, { readonly value: Node; flaw: Flaw | undefined }>();
  for (const { key, value } of cursor.node.pairs) {
    if (key.kind !== 'scalar') continue;
    const first = found.get(key.text);
    if (first) first.flaw ??= 'duplicate-key';
    else found.set(key.text, { value, flaw: flawOfKey(cursor, key.text) });
  }
  return Array.from(found, ([key, { value, flaw }]) => ({
    key,
    value: cursorAt(document, value, [...path, { kind: 'key', key }], flaw),
    isAlias: value.kind === 'alias',
  }));
}

interface MappingEntry {
  readonly key: string;
  readonly value: Cursor;
  /** Whether the value is written as an alias. */
  readonly isAlias: boolean;
}

/** Lists from this length on have their names cached, so that an item is found at once. */
const LONG = 1000;

/** The node and everything below it, each node once: aliases aren't followed. */
export function* selfAndDescendants(cursor: Cursor | undefined): Generator<Cursor> {
  if (!cursor) return;
  yield cursor;
  if (cursor.node.kind === 'list') {
    const { node } = cursor;
    // The cursors of a long list would take much memory.
    const some = node.items.length < LONG ? items(cursor) : undefined;
    for (const [index, { kind }] of node.items.entries())
      if (kind !== 'alias') yield* selfAndDescendants(some ? some[index] : itemAt(cursor, index));
  }
  if (cursor.node.kind === 'mapping') {
    for (const { value, isAlias } of mappingEntries(cursor)) {
      if (!isAlias) yield* selfAndDescendants(value);
    }
  }
}

function cursorAt(
  document: ManifestDocument,
  written: Node,
  path: readonly PathStep[],
  flaw: Flaw | undefined,
): Cursor {
  const target = written.kind === 'alias' ? written.target : undefined;
  if (target && target.kind !== 'alias' && written.kind === 'alias') {
    const indirection: Indirection | undefined = flaw ? undefined : { kind: 'alias', alias: written };
    return { document, node: target, path, flaw: flaw ?? 'shared', indirection };
  }
  if (flaw === undefined && document.shared.has(written))
    return { document, node: written, path, flaw: 'shared', isAnchor: true };
  return { document, node: written, path, flaw };
}
