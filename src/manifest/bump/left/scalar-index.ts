import type { Scalar } from '../../syntax/node.ts';
import type { NodePath } from '../../syntax/path.ts';
import { type ManifestDocument, rootOf, selfAndDescendants } from '../../syntax/tree.ts';

/** A key or value with its position. */
export interface PlacedScalar {
  readonly node: Scalar;
  readonly path: NodePath;
  readonly isKey: boolean;
}

/** Finds the scalar at an offset of a document's text; `undefined` between scalars, so also in comments. */
export function scalarFinder(document: ManifestDocument): (offset: number) => PlacedScalar | undefined {
  const scalars: PlacedScalar[] = [];
  for (const { node, path } of selfAndDescendants(rootOf(document))) {
    if (node.kind === 'scalar') scalars.push({ node, path, isKey: false });
    if (node.kind !== 'mapping') continue;
    for (const { key } of node.pairs)
      if (key.kind === 'scalar')
        scalars.push({ node: key, path: [...path, { kind: 'key', key: key.text }], isKey: true });
  }
  scalars.sort((a, b) => a.node.span[0] - b.node.span[0]);
  return (offset) => {
    let [low, high] = [0, scalars.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((scalars[middle]?.node.span[0] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    const found = scalars[low - 1];
    return found && offset < found.node.span[1] ? found : undefined;
  };
}
