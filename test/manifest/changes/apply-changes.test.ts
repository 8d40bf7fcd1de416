import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { type FileChange, parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { bump, bumped } from '../harness.ts';

const kustomize: FileChange = {
  file: 'apps/shop/kustomization.yaml',
  document: 0,
  resource: 'Kustomization',
  path: 'images[name=ghcr.io/acme/shop].newTag',
  line: 4,
  old: '1.4.1',
  new: '1.4.2',
  from: 'ghcr.io/acme/shop:1.4.1',
  to: 'ghcr.io/acme/shop:1.4.2',
  image: 'ghcr.io/acme/shop',
  kind: 'kustomize',
};
const container: FileChange = {
  ...kustomize,
  document: 1,
  resource: 'Deployment/shop',
  path: 'spec.template.spec.containers[name=shop].image',
  old: 'ghcr.io/acme/shop:1.4.1',
  new: 'ghcr.io/acme/shop:1.4.2',
  kind: 'kubernetes',
};
const kustomization = (tag: string) => `kind: Kustomization
images:
  - name: ghcr.io/acme/shop
    newTag: ${tag} # bumped by CI
`;

describe('applyChanges to a newer version of the file', () => {
  test('changes only the value if the file is the same', async () => {
    expect(await applyChanges(kustomization('1.4.1'), [kustomize])).toStrictEqual({
      kind: 'applied',
      text: kustomization('1.4.2'),
    });
  });

  test('finds the value if lines were added, the list was sorted and another tag changed', async () => {
    const source = (tag: string) => `# new header\r\nkind: Kustomization\r\nnamespace: x\r\nimages:
  - {name: ghcr.io/acme/cart, newTag: 9.9.9}
  - newTag: "${tag}"
    name: ghcr.io/acme/shop`;
    expect(await applyChanges(source('1.4.1'), [kustomize])).toStrictEqual({ kind: 'applied', text: source('1.4.2') });
  });

  test('finds the object by its kind and name if documents moved', async () => {
    const deployment = (name: string, tag: string) => `kind: Deployment
metadata: {name: ${name}}
spec: {template: {spec: {containers: [{name: shop, image: 'ghcr.io/acme/shop:${tag}'}]}}}
`;
    const source = (tag: string) =>
      [deployment('other', '1.4.1'), 'kind: Service\n', 'kind: ConfigMap\n', deployment('shop', tag)].join('---\n');
    expect(await applyChanges(source('1.4.1'), [container])).toStrictEqual({ kind: 'applied', text: source('1.4.2') });
  });

  test('finds a list item without a name by its value if its index changed', async () => {
    const change = { ...kustomize, path: 'images[0]', old: 'acme/shop:1', new: 'acme/shop:2' };
    const source = `kind: Kustomization
images:
- acme/cart:1
- acme/shop:1
`;
    expect(await applyChanges(source, [change])).toStrictEqual({
      kind: 'applied',
      text: source.replace('shop:1', 'shop:2'),
    });
    const twice = `${source}- acme/shop:1\n`;
    expect(reasonOf(await applyChanges(twice, [change]))).toMatch(/could be any of 2 places/);
  });

  test('does not change a tag that belongs to another image now', async () => {
    const { resource: _, ...named } = kustomize;
    const change = { ...named, kind: 'helm-values', path: 'apps[0].tag', old: '1.4.1', new: '1.4.2' };
    const app = (name: string, tag: string) => `- {repository: ghcr.io/acme/${name}, tag: "${tag}"}\n`;
    const moved = (tag: string) => `apps:\n${app('cart', '1.4.1')}${app('shop', tag)}`;
    expect(await applyChanges(moved('1.4.1'), [change])).toStrictEqual({ kind: 'applied', text: moved('1.4.2') });
    expect(reasonOf(await applyChanges(`apps:\n${app('cart', '1.4.1')}`, [change]))).toMatch(
      /belongs to another image now/,
    );
    expect(reasonOf(await applyChanges(`apps:\n${app('cart', '1.4.2')}`, [change]))).toMatch(
      /belongs to another image now/,
    );
    expect(reasonOf(await applyChanges(`apps:\n${app('shop', '2.0')}${app('cart', '1.4.1')}`, [change]))).toMatch(
      /apps\[0\]\.tag in .* was changed to "2\.0"/,
    );
    const image = { ...change, path: 'image.tag' };
    const values = (name: string, tag: string) => `image:
  repository: ghcr.io/acme/${name}
  tag: ${tag}
`;
    expect((await applyChanges(values('cart', '1.4.1'), [image])).kind).toBe('conflict');
    const whole = { ...change, path: 'image', old: 'ghcr.io/acme/shop:1.4.1', new: 'ghcr.io/acme/shop:1.4.2' };
    expect(reasonOf(await applyChanges('image: acme/cart:3\n', [whole]))).toMatch(/was changed to "acme\/cart:3"/);
    const renamed = { ...image, from: 'acme/old:1.4.1', to: 'ghcr.io/acme/shop:1.4.2' };
    expect((await applyChanges(values('shop', '1.4.1'), [renamed])).kind).toBe('applied');
    const added = { ...change, path: 'apps[0].digest', old: '', new: 'sha256:0', beside: 'tag' };
    expect(await applyChanges(moved('1.4.1'), [added])).toStrictEqual({
      kind: 'applied',
      text: moved('1.4.1').replace(/"}\n$/, '", digest: "sha256:0"}\n'),
    });
  });

  test('has nothing to do if the value is the new one already', async () => {
    expect(await applyChanges(kustomization('1.4.2'), [kustomize])).toStrictEqual({ kind: 'already-there' });
  });

  test('conflicts with another change of the value, and says to what it was changed', async () => {
    expect(reasonOf(await applyChanges(kustomization('1.5.0'), [kustomize]))).toBe(
      'images[name=ghcr.io/acme/shop].newTag in apps/shop/kustomization.yaml was changed to "1.5.0" in between (it was "1.4.1").',
    );
  });

  test('conflicts if the place is gone, the file is not valid YAML, or an alias shares the value', async () => {
    expect(reasonOf(await applyChanges('kind: Kustomization\n', [kustomize]))).toMatch(/is not there any more/);
    expect(reasonOf(await applyChanges('a: [', [kustomize]))).toMatch(/^Document 1 of the file is not valid YAML/);
    const shared = `${kustomization('&t 1.4.1')}commonAnnotations: {version: *t}\n`;
    expect(reasonOf(await applyChanges(shared, [kustomize]))).toMatch(/shared through a YAML alias/);
    expect((await applyChanges(shared, [{ ...kustomize, shared: true }])).kind).toBe('applied');
  });

  test('ignores another document with invalid YAML, unless the place is gone', async () => {
    const broken = `${kustomization('1.4.1')}---\na: [\n`;
    expect(await applyChanges(broken, [kustomize])).toStrictEqual({
      kind: 'applied',
      text: broken.replace('1.4.1', '1.4.2'),
    });
    expect(
      reasonOf(
        await applyChanges(
          `kind: x
---
a: [
`,
          [kustomize],
        ),
      ),
    ).toMatch(/^Document 2 of the file is not valid/);
  });

  test('makes several changes inside one block scalar', async () => {
    const source = (tag: string, digest: string) =>
      `kind: Application
spec:
  values: |
    # new
    image:
      tag: ${tag}
      digest: "${digest}"
`;
    const change = { ...kustomize, resource: 'Application' };
    const changes = [
      { ...change, path: 'spec.values|image.tag', old: 'v1', new: 'v2' },
      { ...change, path: 'spec.values|image.digest', old: 'a', new: 'b' },
    ];
    expect(await applyChanges(source('v1', 'a'), changes)).toStrictEqual({ kind: 'applied', text: source('v2', 'b') });
  });

  test('makes all changes of a file or none', async () => {
    const source = `${kustomization('1.4.1')}---\nkind: Deployment
metadata: {name: shop}
spec: {template: {spec: {containers: [{name: shop, image: "ghcr.io/acme/shop:1.4.1"}]}}}
`;
    expect(await applyChanges(source, [kustomize, container])).toStrictEqual({
      kind: 'applied',
      text: source.replaceAll('1.4.1', '1.4.2'),
    });
    expect((await applyChanges(source.replace('1.4.1"', '1.3"'), [kustomize, container])).kind).toBe('conflict');
  });
});

test('applying the changes to a newer file gives the same text as bumping it', async () => {
  const entry = fc.record({
    name: fc.stringMatching(/^[a-z]{1,6}$/),
    tag: fc.stringMatching(/^v[0-9.]{1,4}$/),
    comment: fc.boolean(),
  });
  const entries = fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 5 });
  type Entry = { name: string; tag: string; comment: boolean };
  const write = (list: readonly Entry[], end: string) =>
    [
      'kind: Kustomization',
      'images:',
      ...list.flatMap(({ name, tag, comment }) => [
        ...(comment ? ['# one', ''] : []),
        `- newTag: ${tag}`,
        `  name: acme/${name}`,
      ]),
    ].join(end) + end;
  await fc.assert(
    fc.asyncProperty(entries, entries, fc.nat(5), fc.constantFrom('\n', '\r\n'), async (before, now, place, end) => {
      const shop: Entry = { name: 'theshop', tag: 'v1', comment: true };
      const asked = { image: 'acme/theshop:v2', file: 'kustomization.yaml' };
      const { matched } = bump(write([...before, shop], '\n'), asked);
      const newer = write(now.toSpliced(place, 0, shop), end);
      const applied = await applyChanges(
        newer,
        parseChanges(JSON.stringify(matched.flatMap(({ changes }) => changes))),
      );
      expect(applied).toStrictEqual({ kind: 'applied', text: bumped(newer, asked) });
    }),
    { seed: 17, numRuns: 200 },
  );
});

function reasonOf(applied: Awaited<ReturnType<typeof applyChanges>>): string {
  expect(applied.kind).toBe('conflict');
  return 'reason' in applied ? applied.reason : '';
}
