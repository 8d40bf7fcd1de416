import { expect, test } from '@jest/globals';
import { fieldRows } from '../../../src/manifest/changes/field-rows.ts';
import { type BumpOptions, bump, digest, SHOP } from '../harness.ts';

const rows = (text: string, options: Partial<BumpOptions> = {}) =>
  fieldRows(
    bump(text, { image: `${SHOP}:2.0.0@${digest('2')}`, ...options }).matched.flatMap(({ changes }) => changes),
  ).map(({ line }) => line);

const D = digest('1');

test.each([
  [
    'an entry of a Kustomization',
    `kind: Kustomization\nimages:\n- name: ${SHOP}\n  newTag: 1.0.0\n  digest: ${D}\n`,
    [4],
  ],
  ['Helm values', `image:\n  repository: ${SHOP}\n  tag: 1.0.0\n  digest: ${D}\n`, [3]],
  [
    'Helm parameters of an Application',
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      parameters:\n      - {name: image.repository, value: ${SHOP}}\n      - {name: image.tag, value: 1.0.0}\n      - {name: image.digest, value: "${D}"}\n`,
    [8],
  ],
  [
    'two entries',
    `a: {image: {repository: ${SHOP}, tag: 1.0.0, digest: "${D}"}}\nb: {image: {repository: ${SHOP}, tag: 1.0.0, digest: "${D}"}}\n`,
    [1, 2],
  ],
  [
    'two containers',
    `kind: Pod\nspec:\n  containers:\n  - {name: tag, image: "${SHOP}:1.0.0@${D}"}\n  - {name: image, image: "${SHOP}:1.0.0@${D}"}\n`,
    [4, 5],
  ],
  ['two keys of values', `image: ${SHOP}:1.0.0@${D}\ninitImage: ${SHOP}:1.0.0@${D}\n`, [1, 2]],
])('a field has one row, also if its tag and its digest change: %s', (_, text, lines) => {
  expect(rows(text)).toStrictEqual(lines);
});
