import { parseEmbedded } from './embedded.ts';
import type { List } from './node.ts';
import type { Parser } from './parse.ts';
import type { NodePath } from './path.ts';
import {
  type Cursor,
  child,
  itemAt,
  items,
  mappingEntries,
  type PathStep,
  selfAndDescendants,
  textAt,
} from './tree.ts';

/** All nodes that a path leads to: several with wildcards, none if a step has no match. */
export function locate(from: Cursor | undefined, path: NodePath, parser: Parser): Cursor[] {
  if (!from) return [];
  return path.reduce<Cursor[]>((here, step) => here.flatMap((cursor) => follow(cursor, step, parser)), [from]);
}

function follow(cursor: Cursor, step: PathStep, parser: Parser): Cursor[] {
  switch (step.kind) {
    case 'key':
      return [child(cursor, step.key)].filter((found) => found !== undefined);
    case 'index':
      return [itemAt(cursor, step.index) ?? child(cursor, String(step.index))].filter((found) => found !== undefined);
    case 'item':
      return itemsWith(cursor, step.key, step.value);
    case 'each':
      return [...items(cursor), ...mappingEntries(cursor).map(({ value }) => value)];
    case 'deep':
      return [...selfAndDescendants(cursor)];
    case 'embedded':
      return [parseEmbedded(cursor, parser)].filter((found) => found !== undefined);
  }
}

/** Shorter lists aren't worth caching. */
const MANY = 32;

/** A cache of long lists: for each key, the indexes of the items by their text under that key. */
const found = new WeakMap<List, Map<string, ItemsByText>>();
type ItemsByText = ReadonlyMap<string | undefined, readonly number[]>;

function itemsWith(cursor: Cursor, key: string, value: string): Cursor[] {
  const { node } = cursor;
  const textOf = (item: Cursor) => textAt(item, ...key.split('.'));
  if (node.kind !== 'list') return [];
  if (node.items.length < MANY) return items(cursor).filter((item) => textOf(item) === value);
  const byKey = found.get(node) ?? new Map<string, ItemsByText>();
  const byText = byKey.get(key) ?? groupedBy(items(cursor).map(textOf));
  found.set(node, byKey.set(key, byText));
  return (byText.get(value) ?? []).flatMap((index) => itemAt(cursor, index) ?? []);
}

function groupedBy(texts: readonly (string | undefined)[]): ItemsByText {
  return Map.groupBy(texts.keys(), (index) => texts[index]);
}
