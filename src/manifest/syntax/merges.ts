import { pairsWith } from './mapping-keys.ts';
import type { Mapping, Node, Pair } from './node.ts';

/** A value that a mapping gets by merge keys (`<<`). */
export interface MergedValue {
  readonly value: Node;
  /** What makes an edit of the value unsafe: found on the way to it. */
  readonly flaw: 'shared' | 'duplicate-key' | undefined;
}

/** A cache: what each mapping gets by merge keys. */
const found = new WeakMap<Mapping, ReadonlyMap<string, MergedValue>>();

/** The value that a mapping gets by merge keys for a key. @param shared the nodes of the document that aliases refer to */
export function mergedValue(mapping: Mapping, key: string, shared: ReadonlySet<Node>): MergedValue | undefined {
  const merge = mergeOf(mapping);
  if (!merge) return undefined;
  let known = found.get(mapping);
  if (!known) {
    known = mergedValues(mapping, merge, shared);
    found.set(mapping, known);
  }
  return known.get(key);
}

/** The merge key of a mapping. */
export function mergeOf(mapping: Mapping): Pair | undefined {
  return pairsWith(mapping, '<<')[0];
}

/**
 * Each mapping is visited once: a second time it brings nothing new, and mappings that merge others twice (`<<: [*a, *a]`), which merge
 * others twice, would take exponential time.
 */
function mergedValues(mapping: Mapping, merge: Pair, shared: ReadonlySet<Node>): ReadonlyMap<string, MergedValue> {
  const values = new Map<string, MergedValue>();
  const visited = new Set<Node>([mapping]);
  const visit = (source: Node, before: MergedValue['flaw']): void => {
    const node = source.kind === 'alias' ? source.target : source;
    if (node?.kind !== 'mapping' || visited.has(node)) return;
    visited.add(node);
    const flaw = before ?? (source.kind === 'alias' || shared.has(node) ? 'shared' : undefined);
    const own = new Map<string, MergedValue>();
    for (const { key, value } of node.pairs) {
      if (key.kind !== 'scalar') continue;
      const first = own.get(key.text);
      own.set(key.text, first ? { ...first, flaw: flaw ?? 'duplicate-key' } : { value, flaw });
    }
    for (const [key, value] of own) if (!values.has(key)) values.set(key, value);
    const further = mergeOf(node);
    if (further) visitAll(further, flaw);
  };
  const visitAll = ({ value }: Pair, flaw: MergedValue['flaw']) => {
    for (const source of value.kind === 'list' ? value.items : [value]) visit(source, flaw);
  };
  visitAll(merge, undefined);
  return values;
}
