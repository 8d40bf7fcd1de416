import { type Cursor, type ManifestDocument, rootOf, selfAndDescendants } from '../syntax/tree.ts';

/** A value with a `$imagepolicy` comment: Flux's image automation sets it to the image that the policy selects. */
export interface MarkedValue {
  /** `namespace:name` of the ImagePolicy. */
  readonly policy: string;
  /** Which part of the image reference the value is; `undefined` for the whole reference. */
  readonly part: 'name' | 'tag' | 'digest' | undefined;
  readonly value: Cursor;
}

const MARKER = /#\s*\{\s*"\$imagepolicy"\s*:\s*"(?<policy>[^":\s]+:[^":\s]+)(?::(?<part>name|tag|digest))?"\s*\}/g;

/** The marked values of a document, in the order of their comments. */
export function markedValues(document: ManifestDocument): MarkedValue[] {
  const { text } = document;
  if (!text.includes('$imagepolicy')) return [];
  const values = [...selfAndDescendants(rootOf(document))]
    .filter(({ node: { kind, span } }) => kind === 'scalar' && span[1] > span[0])
    .sort((a, b) => a.node.span[1] - b.node.span[1]);
  let next = 0;
  return [...text.matchAll(MARKER)].flatMap(({ index, groups }) => {
    const lineStart = text.lastIndexOf('\n', index) + 1;
    while ((values[next]?.node.span[1] ?? Number.POSITIVE_INFINITY) <= index) next++;
    // The last value before the comment, on the same line.
    const value = values[next - 1];
    if (!value || value.node.span[1] <= lineStart) return [];
    const { policy = '', part } = groups ?? {};
    return [{ policy, value, part: part === 'name' || part === 'tag' || part === 'digest' ? part : undefined }];
  });
}
