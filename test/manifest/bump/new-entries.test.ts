import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { bumpManifests } from '../../../src/manifest/bump/bump-manifests.ts';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { unifiedDiff } from '../../../src/manifest/files/patch.ts';
import { openSearchRoot } from '../../../src/manifest/files/root.ts';
import { fileSelector } from '../../../src/manifest/files/select-files.ts';
import { expectWithNote } from '../../jest-support.ts';
import { type BumpOptions, bumpRules, digest } from '../harness.ts';

const D2 = digest('2');

type Options = Omit<Partial<BumpOptions>, 'image'> & { readonly images?: readonly string[] };

/** Bumps a folder with these files, without writing. */
async function bumpTree(files: Readonly<Record<string, string>>, { images, ...options }: Options = {}) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'entries-')));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const scope = { root: openSearchRoot('.', folder), selects: fileSelector([]) };
    const rules = bumpRules({ create: true, ...options, image: images ?? ['acme/shop:v2'] });
    return await bumpManifests(scope, rules, new AbortController().signal);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function kustomized(text: string, options: Options = {}): Promise<string> {
  const { files, refused } = await bumpTree({ 'kustomization.yaml': text }, options);
  return files[0]?.after ?? refused.map(({ reason }) => reason).join();
}

describe('create: the entry of an image that no field names', () => {
  test('is added at the end of the list, in the style of its neighbors', async () => {
    for (const [before, after] of [
      [
        `images:
- name: acme/cart # c
  newTag: v1 # d
# end
resources: [a]
`,
        `images:
- name: acme/cart # c
  newTag: v1 # d
- name: acme/shop
  newTag: v2
# end
resources: [a]
`,
      ],
      [
        `images:
    -   name: acme/cart
        newTag: 'v1'

x: y`,
        `images:
    -   name: acme/cart
        newTag: 'v1'
    -   name: acme/shop
        newTag: 'v2'

x: y`,
      ],
      [
        'images:\n  - { name: acme/cart, newTag: "v1" }\n',
        `images:
  - { name: acme/cart, newTag: "v1" }
  - { name: acme/shop, newTag: "v2" }
`,
      ],
      [
        'images: [{name: acme/cart, newTag: v1}]\n',
        'images: [{name: acme/cart, newTag: v1}, {name: acme/shop, newTag: v2}]\n',
      ],
      ['images: [] # none\n', 'images: [{name: acme/shop, newTag: v2}] # none\n'],
      [
        `images:
resources:
  - a
`,
        `images:
  - name: acme/shop
    newTag: v2
resources:
  - a
`,
      ],
      [
        'images:\n- name: acme/cart',
        `images:
- name: acme/cart
- name: acme/shop
  newTag: v2`,
      ],
    ] as const)
      expect(await kustomized(before)).toBe(after);
  });

  test('is added to a new list at the end, indented like the other lists', async () => {
    for (const [before, after] of [
      [
        'resources:\n- a # b\n',
        `resources:
- a # b
images:
- name: acme/shop
  newTag: v2
`,
      ],
      [
        `resources:
  - a
# end
`,
        `resources:
  - a
# end
images:
  - name: acme/shop
    newTag: v2
`,
      ],
      [
        'namespace: x',
        `namespace: x
images:
- name: acme/shop
  newTag: v2`,
      ],
      ['namespace: x\r\n', 'namespace: x\r\nimages:\r\n- name: acme/shop\r\n  newTag: v2\r\n'],
      [
        `namespace: x
...
# end
`,
        `namespace: x
images:
- name: acme/shop
  newTag: v2
...
# end
`,
      ],
      ['{namespace: x}\n', '{namespace: x, images: [{name: acme/shop, newTag: v2}]}\n'],
      [
        `{
  "namespace": "x"
}
`,
        `{
  "namespace": "x",
  "images": [{"name": "acme/shop", "newTag": "v2"}]
}
`,
      ],
    ] as const)
      expect(await kustomized(before)).toBe(after);
  });

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

describe('the entry in a newer version of the file', () => {
  const before = 'kind: Kustomization\nresources: [a]\n';
  const made = async (options: Options = {}) => {
    const { matched } = await bumpTree({ 'kustomization.yaml': before }, options);
    return parseChanges(JSON.stringify(matched.flatMap(({ changes }) => changes)));
  };

  test('is added to the entries that are there by then', async () => {
    const changes = await made({ images: [`acme/shop:v2@${D2}`, 'acme/cart:v3'] });
    const newer = `kind: Kustomization
resources: [a, b]
images:
- name: acme/other
  newTag: v9
`;
    const text = `${newer}- name: acme/shop
  newTag: v2
  digest: ${D2}
- name: acme/cart
  newTag: v3
`;
    expect(await applyChanges(newer, changes)).toStrictEqual({ kind: 'applied', text });
    expect(await applyChanges(text, changes)).toStrictEqual({ kind: 'already-there' });
    expect(await applyChanges(`kind: Other\n---\n${newer}`, changes)).toStrictEqual({
      kind: 'applied',
      text: `kind: Other\n---\n${text}`,
    });
  });

  test('conflicts with another entry of the same name, and with a missing document', async () => {
    const changes = await made();
    expect(await applyChanges(`${before}images: [{name: acme/shop, newTag: v1}]\n`, changes)).toStrictEqual({
      kind: 'conflict',
      reason: 'images[name=acme/shop] in kustomization.yaml was added in between, with other values.',
    });
    expect((await applyChanges('kind: Other\n', changes)).kind).toBe('conflict');
  });
});
