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

/** All the places that a path leads to from a cursor; wildcards may lead to many, and a wrong turn to none. */
export function locate(from: Cursor | undefined, path: NodePath, parser: Parser): Cursor[] {
  if (!from) return [];
  return path.reduce<Cursor[]>((here, step) => here.flatMap((cursor) => follow(cursor, step, parser)), [from]);
}

function follow(cursor: Cursor, step: PathStep, parser: Parser): Cursor[] {
  switch (step.kind) {
    case 'key':
      return [child(cursor, step.key)].filter((found) => found !== undefined);
    case 'index':
      return [itemAt(cursor, step.index)].filter((found) => found !== undefined);
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

/** Lists with fewer items are read through as quickly. */
const MANY = 32;

/** Of a long list and a key, the items by the text that they have there; found out once. */
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
