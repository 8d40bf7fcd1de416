import { describe, expect, test } from '@jest/globals';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { type BumpOptions, bump, bumped, digest } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');
const refusals = (text: string, options: BumpOptions) => bump(text, options).refused.map(({ reason }) => reason);

describe('create: a missing key', () => {
  const both = { image: `acme/shop:v2@${D2}`, pin: 'both', create: true } as const;

  test('is added after its neighbor, in the style of the neighbor', () => {
    for (const [before, after] of [
      [
        `images:
- name: acme/shop # why
  newTag: "v1"   # which
# end
`,
        `images:
- name: acme/shop # why
  newTag: "v2"   # which
  digest: "${D2}"
# end
`,
      ],
      [
        `images:
  -   newTag: 'v1'
      name: acme/shop
`,
        `images:
  -   newTag: 'v2'
      digest: '${D2}'
      name: acme/shop
`,
      ],
      [
        'images:\r\n- name: acme/shop\r\n  newTag: v1\r\n',
        `images:\r\n- name: acme/shop\r\n  newTag: v2\r\n  digest: ${D2}\r\n`,
      ],
      [
        'images:\n- name: acme/shop\n  newTag: v1',
        `images:
- name: acme/shop
  newTag: v2
  digest: ${D2}`,
      ],
      ['images: [{name: acme/shop, newTag: v1}]\n', `images: [{name: acme/shop, newTag: v2, digest: "${D2}"}]\n`],
      [
        '{"images": [{"name": "acme/shop", "newTag": "v1" }]}',
        `{"images": [{"name": "acme/shop", "newTag": "v2", "digest": "${D2}" }]}`,
      ],
      [
        'images:\n- name: acme/shop\n',
        `images:
- name: acme/shop
  newTag: v2
  digest: ${D2}
`,
      ],
    ] as const)
      expect(bumped(before, { ...both, file: 'kustomization.yaml' })).toBe(after);
  });

  test('is added in Helm values, also inside an Argo CD Application', () => {
    expect(
      bumped(
        `image:
    repository: acme/shop
    pullPolicy: Always
`,
        {
          image: 'acme/shop:v2',
          pin: 'tag',
          create: true,
        },
      ),
    ).toBe(`image:
    repository: acme/shop
    tag: v2
    pullPolicy: Always
`);
    const head = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: \n  source:\n    helm:\n      values: |\n';
    for (const end of ['\n', '\r\n'])
      expect(
        bumped(
          `${head}        image:
          repository: acme/shop
          tag: v1
  x: 1
`.replaceAll('\n', end),
          both,
        ),
      ).toBe(
        `${head}        image:
          repository: acme/shop
          tag: v2
          digest: ${D2}
  x: 1
`.replaceAll('\n', end),
      );
  });

  test('is added for a new repository', () => {
    expect(
      bumped(
        `kind: Kustomization
images:
- name: old/shop
  newTag: v1
`,
        {
          image: 'old/shop => acme/shop:v2',
          create: true,
        },
      ),
    ).toBe(`kind: Kustomization
images:
- name: old/shop
  newName: acme/shop
  newTag: v2
`);
  });

  test('is refused if there is no safe place for it, or if aliases share the mapping', () => {
    expect(
      refusals(
        `images:
- name: acme/shop
  newTag:
    v1
`,
        { ...both, file: 'kustomization.yaml' },
      ),
    ).toStrictEqual(["can't be edited safely: there is no safe place for the key digest"]);
    expect(
      refusals('images: [&i {name: acme/shop, newTag: v2}]\nx: *i\n', { ...both, file: 'kustomization.yaml' }).join(),
    ).toMatch(/aliases or merge keys share/);
  });

  test('is added to a newer version of the file too', async () => {
    const source = (rest: string) =>
      `# new line
kind: Kustomization
images:
- name: acme/cart
  newTag: v9
- name: acme/shop
${rest}`;
    const changes = bump(
      `kind: Kustomization
images:
- name: acme/shop
  newTag: v1
`,
      both,
    ).matched.flatMap((field) => field.changes);
    expect(changes.map(({ path, line, old, beside }) => [path, line, old, beside])).toStrictEqual([
      ['images[name=acme/shop].newTag', 4, 'v1', undefined],
      ['images[name=acme/shop].digest', 5, '', 'newTag'],
    ]);
    const read = parseChanges(JSON.stringify(changes));
    expect(await applyChanges(source('  newTag: v1\n'), read)).toStrictEqual({
      kind: 'applied',
      text: source(`  newTag: v2\n  digest: ${D2}\n`),
    });
    expect(await applyChanges(source(`  newTag: v2\n  digest: ${D2}\n`), read)).toStrictEqual({
      kind: 'already-there',
    });
    expect(await applyChanges(source(`  newTag: v1\n  digest: ${D1}\n`), read)).toStrictEqual({
      kind: 'conflict',
      reason: `images[name=acme/shop].digest in app.yaml was changed to "${D1}" in between (it was not there).`,
    });
  });
});
