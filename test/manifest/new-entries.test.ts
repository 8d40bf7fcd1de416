import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { bumpManifests } from '../../src/manifest/bump.ts';
import { applyChanges, parseChanges } from '../../src/manifest/changes.ts';
import { type FieldKind, findersOf } from '../../src/manifest/fields/finders.ts';
import { needlesFor } from '../../src/manifest/files/needles.ts';
import { unifiedDiff } from '../../src/manifest/files/patch.ts';
import { openRoot, selection } from '../../src/manifest/files/survey.ts';
import { imageBump } from '../../src/manifest/image-bump.ts';
import type { Pin } from '../../src/manifest/plan.ts';
import { digest } from './bumping.ts';

const D2 = digest('2');

interface Asked {
  readonly images?: readonly string[];
  readonly pin?: Pin;
  readonly create?: boolean;
  readonly kinds?: readonly FieldKind[];
}

/** Bumps a tree of files in memory. */
async function bumpTree(files: Readonly<Record<string, string>>, asked: Asked = {}) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'entries-')));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const bumps = (asked.images ?? ['acme/shop:v2']).map((image) => imageBump.parse(image));
    const policy = {
      pin: asked.pin ?? 'keep-shape',
      aliases: 'fail',
      create: asked.create ?? true,
      newerOnly: false,
    } as const;
    const rules = {
      bumps,
      policy,
      finders: findersOf(asked.kinds ?? []),
      embedded: true,
      needles: needlesFor(bumps, []),
    };
    const root = openRoot(folder, '.');
    return await bumpManifests(root, selection([]), rules, new AbortController().signal);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function kustomized(text: string, asked: Asked = {}): Promise<string> {
  const { files, refused } = await bumpTree({ 'kustomization.yaml': text }, asked);
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
      assert.equal(await kustomized(before), after);
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
      assert.equal(await kustomized(before), after);
  });

  test('what pin asks for, a new name, several images, a tag that looks like a number', async () => {
    assert.equal(
      await kustomized('namespace: x\n', { images: [`old/shop => acme/shop:1.10@${D2}`, 'acme/cart:v3'] }),
      `namespace: x\nimages:\n- name: old/shop\n  newName: acme/shop\n  newTag: "1.10"\n  digest: ${D2}\n- name: acme/cart\n  newTag: v3\n`,
    );
    assert.equal(
      await kustomized('namespace: x\n', { images: [`acme/shop:v2@${D2}`], pin: 'digest' }),
      `namespace: x\nimages:\n- name: acme/shop\n  digest: ${D2}\n`,
    );
    assert.deepEqual((await bumpTree({ 'kustomization.yaml': 'namespace: x\n' }, { pin: 'both' })).matched, []);
  });

  test('beside other changes of the same file, with a patch that says it all', async () => {
    const before = 'images:\n- name: acme/cart\n  newTag: v1\n';
    const { files, matched } = await bumpTree(
      { 'kustomization.yaml': before },
      { images: ['acme/cart:v3', 'acme/shop:v2'] },
    );
    assert.equal(files[0]?.after, 'images:\n- name: acme/cart\n  newTag: v3\n- name: acme/shop\n  newTag: v2\n');
    assert.deepEqual(
      matched.map(({ path, line, from, to }) => [path, line, from, to]),
      [
        ['images[name=acme/cart]', 3, 'acme/cart:v1', 'acme/cart:v3'],
        ['images[name=acme/shop]', 4, 'acme/shop', 'acme/shop:v2'],
      ],
    );
    assert.match(
      unifiedDiff('k', before, files[0]?.splices ?? []),
      /@@ -1,3 \+1,5 @@\n images:\n - name: acme\/cart\n- {2}newTag: v1\n\+ {2}newTag: v3\n\+- name: acme\/shop\n\+ {2}newTag: v2\n$/,
    );
  });

  test('the overlay gets it where the base names the image without a version', async () => {
    const { files } = await bumpTree({
      'base/deployment.yaml': 'kind: Pod\nspec: {containers: [{name: a, image: acme/shop}]}\n',
      'overlay/kustomization.yaml': 'resources: [../base]\n',
    });
    assert.deepEqual(
      files.map(({ file }) => file),
      ['overlay/kustomization.yaml'],
    );
  });

  test('not without being asked, not beside a field that names the image, not where kinds leave Kustomize out', async () => {
    const files = { 'kustomization.yaml': 'resources: [a]\n' };
    assert.deepEqual((await bumpTree(files, { create: false })).files, []);
    assert.deepEqual((await bumpTree(files, { kinds: ['flux'] })).files, []);
    const named = await bumpTree({ ...files, 'values.yaml': 'image: acme/shop:v1\n' });
    assert.deepEqual(
      named.files.map(({ file }) => file),
      ['values.yaml'],
    );
    assert.deepEqual((await bumpTree({ 'other.yaml': 'resources: [a]\n' })).files, []);
  });

  test('several Kustomizations are a question, not a guess', async () => {
    const { files, refused } = await bumpTree({ 'a/kustomization.yaml': 'x: y\n', 'b.yaml': 'kind: Component\n' });
    assert.deepEqual(files, []);
    assert.deepEqual(
      refused.map(({ reason, remedy }) => [reason, remedy]),
      [
        [
          'is one of 2 Kustomizations that could get an entry for acme/shop (a/kustomization.yaml, b.yaml)',
          'Name the one that shall get it with `paths`.',
        ],
      ],
    );
  });

  test('no place that is certain: a shared list, a block scalar at its end, a list that is none', async () => {
    for (const text of [
      'images: &i\n- name: acme/cart\nx: *i\n',
      'images:\n- name: acme/cart\n  x: |\n    y\n',
      'images: acme/cart\n',
      'images:\n- name: a\nimages:\n- name: b\n',
    ])
      assert.match(await kustomized(text), /^can't be edited safely: /, text);
  });
});

describe('the entry is added again to a newer version of the file', () => {
  const before = 'kind: Kustomization\nresources: [a]\n';
  const made = async (asked: Asked = {}) => {
    const { matched } = await bumpTree({ 'kustomization.yaml': before }, asked);
    return parseChanges(JSON.stringify(matched.flatMap(({ changes }) => changes)));
  };

  test('to what is there by then', async () => {
    const changes = await made({ images: [`acme/shop:v2@${D2}`, 'acme/cart:v3'] });
    const newer = 'kind: Kustomization\nresources: [a, b]\nimages:\n- name: acme/other\n  newTag: v9\n';
    const text = `${newer}- name: acme/shop\n  newTag: v2\n  digest: ${D2}\n- name: acme/cart\n  newTag: v3\n`;
    assert.deepEqual(await applyChanges(newer, changes), { kind: 'applied', text });
    assert.deepEqual(await applyChanges(text, changes), { kind: 'already-there' });
    assert.deepEqual(await applyChanges(`kind: Other\n---\n${newer}`, changes), {
      kind: 'applied',
      text: `kind: Other\n---\n${text}`,
    });
  });

  test('not where somebody else added another, nor where the document is gone', async () => {
    const changes = await made();
    assert.deepEqual(await applyChanges(`${before}images: [{name: acme/shop, newTag: v1}]\n`, changes), {
      kind: 'conflict',
      reason: 'images[name=acme/shop] in kustomization.yaml was added in between, with something else in it.',
    });
    assert.equal((await applyChanges('kind: Other\n', changes)).kind, 'conflict');
  });
});
