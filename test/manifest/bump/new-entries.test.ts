import { describe, expect, test } from '@jest/globals';
import { unifiedDiff } from '../../../src/manifest/files/patch.ts';
import { expectWithNote } from '../../jest-support.ts';
import { bumpTree, D2, kustomized } from './bump-tree.ts';

describe('create: the entry of an image that no field names', () => {
  test('has the tag and digest that pin needs, and the new name of a moved repository', async () => {
    expect(await kustomized('namespace: x\n', { images: [`old/shop => acme/shop:1.10@${D2}`, 'acme/cart:v3'] })).toBe(
      `namespace: x
images:
- name: old/shop
  newName: acme/shop
  newTag: "1.10"
  digest: ${D2}
- name: acme/cart
  newTag: v3
`,
    );
    expect(await kustomized('namespace: x\n', { images: [`acme/shop:v2@${D2}`], pin: 'digest' })).toBe(
      `namespace: x
images:
- name: acme/shop
  digest: ${D2}
`,
    );
    expect((await bumpTree({ 'kustomization.yaml': 'namespace: x\n' }, { pin: 'both' })).matched).toStrictEqual([]);
  });

  test('is added together with other changes of the file, and the patch has both', async () => {
    const before = `images:
- name: acme/cart
  newTag: v1
`;
    const { files, matched } = await bumpTree(
      { 'kustomization.yaml': before },
      { images: ['acme/cart:v3', 'acme/shop:v2'] },
    );
    expect(files[0]?.after).toBe(`images:
- name: acme/cart
  newTag: v3
- name: acme/shop
  newTag: v2
`);
    expect(matched.map(({ path, line, from, to }) => [path, line, from, to])).toStrictEqual([
      ['images[name=acme/cart]', 3, 'acme/cart:v1', 'acme/cart:v3'],
      ['images[name=acme/shop]', 4, 'acme/shop', 'acme/shop:v2'],
    ]);
    expect(unifiedDiff('k', before, files[0]?.splices ?? [])).toMatch(
      /@@ -1,3 \+1,5 @@\n images:\n - name: acme\/cart\n- {2}newTag: v1\n\+ {2}newTag: v3\n\+- name: acme\/shop\n\+ {2}newTag: v2\n$/,
    );
  });

  test('is added to the overlay if the base names the image without a version', async () => {
    const { files } = await bumpTree({
      'base/deployment.yaml': 'kind: Pod\nspec: {containers: [{name: a, image: acme/shop}]}\n',
      'overlay/kustomization.yaml': 'resources: [../base]\n',
    });
    expect(files.map(({ file }) => file)).toStrictEqual(['overlay/kustomization.yaml']);
  });

  test('is not added without create, if a field names the image, or if kinds exclude Kustomize', async () => {
    const files = { 'kustomization.yaml': 'resources: [a]\n' };
    expect((await bumpTree(files, { create: false })).files).toStrictEqual([]);
    expect((await bumpTree(files, { kinds: ['flux'] })).files).toStrictEqual([]);
    const named = await bumpTree({ ...files, 'values.yaml': 'image: acme/shop:v1\n' });
    expect(named.files.map(({ file }) => file)).toStrictEqual(['values.yaml']);
    expect((await bumpTree({ 'other.yaml': 'resources: [a]\n' })).files).toStrictEqual([]);
  });

  test('is refused if several Kustomizations could get it', async () => {
    const { files, refused } = await bumpTree({ 'a/kustomization.yaml': 'x: y\n', 'b.yaml': 'kind: Component\n' });
    expect(files).toStrictEqual([]);
    expect(refused.map(({ reason, obstacle }) => [reason, obstacle])).toStrictEqual([
      [
        'is one of 2 Kustomizations that could get an entry for acme/shop (a/kustomization.yaml, b.yaml)',
        { code: 'several-kustomizations' },
      ],
    ]);
  });

  test('is refused if the list is shared, ends with a block scalar, or is not a list', async () => {
    for (const text of [
      `images: &i
- name: acme/cart
x: *i
`,
      `images:
- name: acme/cart
  x: |
    y
`,
      'images: acme/cart\n',
      `images:
- name: a
images:
- name: b
`,
    ])
      expectWithNote(await kustomized(text), text).toMatch(/^can't be edited safely: /);
  });
});
