import { pairsWith } from './mapping-keys.ts';
import { mergeOf } from './merges.ts';
import type { Mapping, Node } from './node.ts';

/** Where aliases lead to a mapping. */
interface Uses {
  /** The mappings that get its keys by `<<`. */
  readonly merging: Mapping[];
  /** How many aliases lead to it, those of `<<` included. */
  aliases: number;
}

/** A cache, by the root of the document. */
const usesBelow = new WeakMap<Node, ReadonlyMap<Node, Uses>>();

/**
 * Whether a key of an anchored mapping has an effect only there: each alias of the mapping is in a merge key (`<<: *name`) next to which the
 * same key has a value of its own, which takes precedence (YAML merge key, "Merge Key Language-Independent Type").
 */
export function isOverridden(root: Node, mapping: Mapping, key: string): boolean {
  const known = usesBelow.get(root) ?? usesIn(root);
  usesBelow.set(root, known);
  const uses = known.get(mapping);
  return (
    uses !== undefined &&
    uses.aliases === uses.merging.length &&
    uses.merging.every((merging) => pairsWith(merging, key).length > 0)
  );
}

function usesIn(root: Node): ReadonlyMap<Node, Uses> {
  const uses = new Map<Node, Uses>();
  const usesOf = (target: Node): Uses => {
    const known = uses.get(target) ?? { merging: [], aliases: 0 };
    uses.set(target, known);
    return known;
  };
  const rest: Node[] = [root];
  for (let node = rest.pop(); node; node = rest.pop()) {
    if (node.kind === 'alias' && node.target) usesOf(node.target).aliases++;
    if (node.kind === 'list') for (const item of node.items) rest.push(item);
    if (node.kind !== 'mapping') continue;
    const merge = mergeOf(node)?.value;
    for (const source of merge?.kind === 'list' ? merge.items : [merge])
      if (source?.kind === 'alias' && source.target) usesOf(source.target).merging.push(node);
    for (const { key, value } of node.pairs) rest.push(key, value);
  }
  return uses;
}
