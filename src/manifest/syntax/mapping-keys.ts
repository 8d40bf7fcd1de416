import type { Mapping, Pair } from './node.ts';

/** Smaller mappings aren't worth caching. */
const MANY = 32;

/** A cache of large mappings: their pairs by key. */
const found = new WeakMap<Mapping, ReadonlyMap<string | undefined, readonly Pair[]>>();

/** The pairs of a mapping that have a key, in order; several if the key appears more than once. */
export function pairsWith(mapping: Mapping, key: string): readonly Pair[] {
  if (mapping.pairs.length < MANY) return mapping.pairs.filter((pair) => textOf(pair) === key);
  const known = found.get(mapping) ?? Map.groupBy(mapping.pairs, textOf);
  found.set(mapping, known);
  return known.get(key) ?? [];
}

function textOf({ key }: Pair): string | undefined {
  return key.kind === 'scalar' ? key.text : undefined;
}
