import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DIGEST, REPOSITORY, useWorkspace } from './harness.ts';

const workspace = useWorkspace();
describe('mode inspect', () => {
  test('lists image fields of every kind, with file, document, path and line', async () => {
    workspace.file('values.yaml', `shop: {image: {repository: ghcr.io/acme/shop, tag: "1.4", digest: "${DIGEST}"}}\n`);
    workspace.file(
      'all.yaml',
      `kind: Service
---
kind: Pod
metadata: {name: p, namespace: n}
spec:
  containers:
    - {name: a, image: nginx}
`,
    );
    workspace.file('kustomization.yaml', 'images:\n- {name: shop, newName: ghcr.io/acme/shop, newTag: v1}\n');
    const { code, json, summary, log } = await workspace.run({ mode: 'inspect' });
    expect(code).toBe(0);
    expect(json('fields')).toStrictEqual([
      {
        file: 'all.yaml',
        document: 1,
        resource: 'n/Pod/p',
        path: 'spec.containers[name=a].image',
        line: 7,
        kind: 'kubernetes',
        reference: 'nginx',
        repositories: ['nginx'],
      },
      {
        file: 'kustomization.yaml',
        document: 0,
        path: 'images[name=shop]',
        line: 2,
        kind: 'kustomize',
        reference: 'ghcr.io/acme/shop:v1',
        repositories: ['ghcr.io/acme/shop', 'shop'],
        tag: 'v1',
      },
      {
        file: 'values.yaml',
        document: 0,
        path: 'shop.image',
        line: 1,
        kind: 'helm-values',
        reference: `ghcr.io/acme/shop:1.4@${DIGEST}`,
        repositories: ['ghcr.io/acme/shop'],
        tag: '1.4',
        digest: DIGEST,
      },
    ]);
    expect(summary).toMatch(/^\| `all\.yaml:7` \| 2 \| `spec\.containers\[name=a\]\.image` \| `nginx` \|$/m);
    expect(log).toMatch(/✓ 3 image fields in 3 searched files$/);
  });

  test('writes nothing, and kinds limit the list', async () => {
    cpSync(join(REPOSITORY, 'examples/gitops'), workspace.folder(), { recursive: true });
    const before = readdirSync(workspace.folder(), { recursive: true }).sort();
    const { json } = await workspace.run({ mode: 'inspect' });
    const paths = json('fields').map((field: { file: string; path: string }) => `${field.file} ${field.path}`);
    expect(paths).toContain('apps/shop/overlays/staging/kustomization.yaml images[name=ghcr.io/acme/shop]');
    expect(paths).toContain('charts/values-preview.yaml shop.image');
    expect(readdirSync(workspace.folder(), { recursive: true }).sort()).toStrictEqual(before);
    const narrow = await workspace.run({ mode: 'inspect', kinds: 'helm-values' });
    expect(narrow.json('fields').every((field: { kind: string }) => field.kind === 'helm-values')).toBeTruthy();
  });

  test('lists fields that the user names, and reports files that are not valid YAML', async () => {
    workspace.file('odd.yaml', 'kind: Odd\nspec: {runs: "acme/shop:1"}\n');
    workspace.file('broken.yaml', 'image: [\n');
    const { json, summary } = await workspace.run({ mode: 'inspect', fields: 'Odd:spec.runs' });
    expect(json('fields')[0].reference).toBe('acme/shop:1');
    expect(summary).toMatch(/Skipped: 1.*\n\n- `broken\.yaml:\d` is not valid YAML/);
  });
});

test('mode inspect leaves an output that is too long empty, with a warning, and cuts the summary', async () => {
  workspace.file('values.yaml', Array.from({ length: 6000 }, () => '- {image: "acme/shop:1"}\n').join(''));
  const { code, json, summary, log } = await workspace.run({ mode: 'inspect' });
  expect([code, json('fields')]).toStrictEqual([0, null]);
  expect(log).toMatch(/::warning .*output-too-large::The output `fields` is left empty: it has \d\.\d MB, more than/);
  expect(summary).toMatch(/^… and 5700 more/m);
});
