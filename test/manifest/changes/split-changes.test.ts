import { expect, test } from '@jest/globals';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { bump, digest, SHOP } from '../harness.ts';

const [D1, D2] = [digest('1'), digest('2')];
const bare = (text: string) => text.slice('sha256:'.length);

test.each([
  `image: {registry: ghcr.io, repository: acme/shop, tag: v1, sha: "${bare(D1)}"}\n`,
  `driver: {repository: ghcr.io/acme, image: shop, version: v1, digest: "${D1}"}\n`,
  `image: {repository: ${SHOP}, tag: "v1@${D1}"}\n`,
  `image: {repository: ${SHOP}, tag: v1, digest: "${D1}", hash: "${bare(D1)}"}\n`,
  `image: "${SHOP}:v1"\ndigest: "${D1}"\n`,
])('the changes of a split reference are made in a newer version of its file: %s', async (before) => {
  for (const image of [`${SHOP}:v2@${D2}`, `${SHOP} => quay.io/new/shop:v2@${D2}`]) {
    const { matched, edited } = bump(before, { image });
    const changes = parseChanges(JSON.stringify(matched.flatMap((field) => field.changes)));
    const after = edited?.text ?? '';
    expect(await applyChanges(`new: 1\n${before}`, changes)).toStrictEqual({
      kind: 'applied',
      text: `new: 1\n${after}`,
    });
    expect(await applyChanges(after, changes)).toStrictEqual({ kind: 'already-there' });
  }
});
