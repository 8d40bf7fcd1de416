import type { Mapping, Pair } from './node.ts';

/** Mappings with fewer keys are read through as quickly. */
const MANY = 32;

/** Of a mapping with many keys, its pairs by their keys; found out once. */
const found = new WeakMap<Mapping, ReadonlyMap<string | undefined, readonly Pair[]>>();

/** The pairs of a mapping that have a key, in their order; more than one where it is written several times. */
export function pairsWith(mapping: Mapping, key: string): readonly Pair[] {
  if (mapping.pairs.length < MANY) return mapping.pairs.filter((pair) => textOf(pair) === key);
  const known = found.get(mapping) ?? Map.groupBy(mapping.pairs, textOf);
  found.set(mapping, known);
  return known.get(key) ?? [];
}

function textOf({ key }: Pair): string | undefined {
  return key.kind === 'scalar' ? key.text : undefined;
}
