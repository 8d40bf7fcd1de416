import type { FileChange } from './file-change.ts';

/** Words for the parts of a reference in keys. */
const PART = /(?:new)?(?:registry|repository|name|image|tag|version|digest|sha256|sha|hash)/gi;

/**
 * One change for each image field, its first: a field in parts has a change for its tag and another for its digest, with the same references
 * before and after.
 */
export function fieldRows(changes: readonly FileChange[]): readonly FileChange[] {
  return changes.filter((change, index) => {
    const before = changes[index - 1];
    return before === undefined || fieldOf(before) !== fieldOf(change);
  });
}

function fieldOf({ file, document, path, from, to, kind }: FileChange): string {
  const place = path.split('[').map((piece, index) => {
    const end = index === 0 ? 0 : piece.indexOf(']') + 1;
    const item = piece.slice(0, end);
    // The names of other items may have such words too: `[name=shop-image]`.
    return (/^name=image\./.test(item) ? item.replace(PART, '') : item) + piece.slice(end).replace(PART, '');
  });
  return JSON.stringify([file, document, place.join('['), from, to, kind]);
}
