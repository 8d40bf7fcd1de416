import { isAlias, isMap, isNode, isSeq, type Node } from 'yaml';
import type { ComposedYaml } from '../../../json/compose-yaml.ts';

/** The root of the first document, with each alias replaced by the node that it refers to. An alias of nothing stays. */
export function withoutAliases({ documents, targets }: ComposedYaml & { kind: 'composed' }): Node | null {
  const resolved = (node: unknown): Node | null => {
    if (isAlias(node)) return targets.get(node) ?? node;
    if (isMap(node)) for (const pair of node.items) pair.value = resolved(pair.value);
    if (isSeq(node)) node.items = node.items.map(resolved);
    return isNode(node) ? node : null;
  };
  return resolved(documents[0]?.contents);
}
