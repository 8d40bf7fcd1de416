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

/** Bumps a tree of files in memory. */
async function bumpTree(files: Readonly<Record<string, string>>, { images, ...options }: Options = {}) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'entries-')));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const scope = { root: openSearchRoot(folder, '.'), selects: fileSelector([]) };
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

describe('create: an image that no field names gets an entry in the Kustomization', () => {
  test('at the end of its list, as its neighbours are written', async () => {
    for (const [before, after] of [
      [
        'images:\n- name: acme/cart # c\n  newTag: v1 # d\n# end\nresources: [a]\n',
        'images:\n- name: acme/cart # c\n  newTag: v1 # d\n- name: acme/shop\n  newTag: v2\n# end\nresources: [a]\n',
      ],
      [
        "images:\n    -   name: acme/cart\n        newTag: 'v1'\n\nx: y",
        "images:\n    -   name: acme/cart\n        newTag: 'v1'\n    -   name: acme/shop\n        newTag: 'v2'\n\nx: y",
      ],
      [
        'images:\n  - { name: acme/cart, newTag: "v1" }\n',
        'images:\n  - { name: acme/cart, newTag: "v1" }\n  - { name: acme/shop, newTag: "v2" }\n',
      ],
      [
        'images: [{name: acme/cart, newTag: v1}]\n',
        'images: [{name: acme/cart, newTag: v1}, {name: acme/shop, newTag: v2}]\n',
      ],
      ['images: [] # none\n', 'images: [{name: acme/shop, newTag: v2}] # none\n'],
      ['images:\nresources:\n  - a\n', 'images:\n  - name: acme/shop\n    newTag: v2\nresources:\n  - a\n'],
      ['images:\n- name: acme/cart', 'images:\n- name: acme/cart\n- name: acme/shop\n  newTag: v2'],
    ] as const)
      expect(await kustomized(before)).toBe(after);
  });

  test('a list that is missing comes at the end, indented as other lists are', async () => {
    for (const [before, after] of [
      ['resources:\n- a # b\n', 'resources:\n- a # b\nimages:\n- name: acme/shop\n  newTag: v2\n'],
      ['resources:\n  - a\n# end\n', 'resources:\n  - a\n# end\nimages:\n  - name: acme/shop\n    newTag: v2\n'],
      ['namespace: x', 'namespace: x\nimages:\n- name: acme/shop\n  newTag: v2'],
      ['namespace: x\r\n', 'namespace: x\r\nimages:\r\n- name: acme/shop\r\n  newTag: v2\r\n'],
      ['namespace: x\n...\n# end\n', 'namespace: x\nimages:\n- name: acme/shop\n  newTag: v2\n...\n# end\n'],
      ['{namespace: x}\n', '{namespace: x, images: [{name: acme/shop, newTag: v2}]}\n'],
      [
        '{\n  "namespace": "x"\n}\n',
        '{\n  "namespace": "x",\n  "images": [{"name": "acme/shop", "newTag": "v2"}]\n}\n',
      ],
    ] as const)
      expect(await kustomized(before)).toBe(after);
  });

  test('what pin asks for, a new name, several images, a tag that looks like a number', async () => {
    expect(await kustomized('namespace: x\n', { images: [`old/shop => acme/shop:1.10@${D2}`, 'acme/cart:v3'] })).toBe(
      `namespace: x\nimages:\n- name: old/shop\n  newName: acme/shop\n  newTag: "1.10"\n  digest: ${D2}\n- name: acme/cart\n  newTag: v3\n`,
    );
    expect(await kustomized('namespace: x\n', { images: [`acme/shop:v2@${D2}`], pin: 'digest' })).toBe(
      `namespace: x\nimages:\n- name: acme/shop\n  digest: ${D2}\n`,
    );
    expect((await bumpTree({ 'kustomization.yaml': 'namespace: x\n' }, { pin: 'both' })).matched).toStrictEqual([]);
  });

  test('beside other changes of the same file, with a patch that says it all', async () => {
    const before = 'images:\n- name: acme/cart\n  newTag: v1\n';
    const { files, matched } = await bumpTree(
      { 'kustomization.yaml': before },
      { images: ['acme/cart:v3', 'acme/shop:v2'] },
    );
    expect(files[0]?.after).toBe('images:\n- name: acme/cart\n  newTag: v3\n- name: acme/shop\n  newTag: v2\n');
    expect(matched.map(({ path, line, from, to }) => [path, line, from, to])).toStrictEqual([
      ['images[name=acme/cart]', 3, 'acme/cart:v1', 'acme/cart:v3'],
      ['images[name=acme/shop]', 4, 'acme/shop', 'acme/shop:v2'],
    ]);
    expect(unifiedDiff('k', before, files[0]?.splices ?? [])).toMatch(
      /@@ -1,3 \+1,5 @@\n images:\n - name: acme\/cart\n- {2}newTag: v1\n\+ {2}newTag: v3\n\+- name: acme\/shop\n\+ {2}newTag: v2\n$/,
    );
  });

  test('the overlay gets it where the base names the image without a version', async () => {
    const { files } = await bumpTree({
      'base/deployment.yaml': 'kind: Pod\nspec: {containers: [{name: a, image: acme/shop}]}\n',
      'overlay/kustomization.yaml': 'resources: [../base]\n',
    });
    expect(files.map(({ file }) => file)).toStrictEqual(['overlay/kustomization.yaml']);
  });

  test('not without being asked, not beside a field that names the image, not where kinds leave Kustomize out', async () => {
    const files = { 'kustomization.yaml': 'resources: [a]\n' };
    expect((await bumpTree(files, { create: false })).files).toStrictEqual([]);
    expect((await bumpTree(files, { kinds: ['flux'] })).files).toStrictEqual([]);
    const named = await bumpTree({ ...files, 'values.yaml': 'image: acme/shop:v1\n' });
    expect(named.files.map(({ file }) => file)).toStrictEqual(['values.yaml']);
    expect((await bumpTree({ 'other.yaml': 'resources: [a]\n' })).files).toStrictEqual([]);
  });

  test('several Kustomizations are a question, not a guess', async () => {
    const { files, refused } = await bumpTree({ 'a/kustomization.yaml': 'x: y\n', 'b.yaml': 'kind: Component\n' });
    expect(files).toStrictEqual([]);
    expect(refused.map(({ reason, obstacle }) => [reason, obstacle])).toStrictEqual([
      [
        'is one of 2 Kustomizations that could get an entry for acme/shop (a/kustomization.yaml, b.yaml)',
        { code: 'several-kustomizations' },
      ],
    ]);
  });

  test('no place that is certain: a shared list, a block scalar at its end, a list that is none', async () => {
    for (const text of [
      'images: &i\n- name: acme/cart\nx: *i\n',
      'images:\n- name: acme/cart\n  x: |\n    y\n',
      'images: acme/cart\n',
      'images:\n- name: a\nimages:\n- name: b\n',
    ])
      expectWithNote(await kustomized(text), text).toMatch(/^can't be edited safely: /);
  });
});

describe('the entry is added again to a newer version of the file', () => {
  const before = 'kind: Kustomization\nresources: [a]\n';
  const made = async (options: Options = {}) => {
    const { matched } = await bumpTree({ 'kustomization.yaml': before }, options);
    return parseChanges(JSON.stringify(matched.flatMap(({ changes }) => changes)));
  };

  test('to what is there by then', async () => {
    const changes = await made({ images: [`acme/shop:v2@${D2}`, 'acme/cart:v3'] });
    const newer = 'kind: Kustomization\nresources: [a, b]\nimages:\n- name: acme/other\n  newTag: v9\n';
    const text = `${newer}- name: acme/shop\n  newTag: v2\n  digest: ${D2}\n- name: acme/cart\n  newTag: v3\n`;
    expect(await applyChanges(newer, changes)).toStrictEqual({ kind: 'applied', text });
    expect(await applyChanges(text, changes)).toStrictEqual({ kind: 'already-there' });
    expect(await applyChanges(`kind: Other\n---\n${newer}`, changes)).toStrictEqual({
      kind: 'applied',
      text: `kind: Other\n---\n${text}`,
    });
  });

  test('not where somebody else added another, nor where the document is gone', async () => {
    const changes = await made();
    expect(await applyChanges(`${before}images: [{name: acme/shop, newTag: v1}]\n`, changes)).toStrictEqual({
      kind: 'conflict',
      reason: 'images[name=acme/shop] in kustomization.yaml was added in between, with other values.',
    });
    expect((await applyChanges('kind: Other\n', changes)).kind).toBe('conflict');
  });
});
