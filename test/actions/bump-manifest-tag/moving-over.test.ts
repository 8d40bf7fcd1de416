import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { DIGEST, REPOSITORY, useWorkspace } from './harness.ts';

const workspace = useWorkspace();
const SHOP = 'ghcr.io/acme/shop';

/** The sections of the document, with the file and the step of each. */
const SECTIONS = readFileSync(join(REPOSITORY, 'docs/moving-over.md'), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const file = /^File: `(?<file>.*)`$/m.exec(section)?.groups?.['file'] ?? '';
    const step = /```yaml\n(?<step>- uses: OWNER\/gitops-actions[^`]*)```/.exec(section)?.groups?.['step'] ?? '';
    const inputs: Record<string, unknown> = parse(step)?.[0]?.with ?? {};
    return { title: section.split('\n', 1)[0] ?? '', file, inputs };
  });

type BeforeAndAfter = readonly [before: string, after: string];

/** A file with the old version, and with the new one. */
function versions(file: (version: string) => string, after = '2.0.0'): BeforeAndAfter {
  return [file('1.0.0'), file(after)];
}

/** What the file of each section has before and after the step. */
const FILES: Readonly<Record<string, BeforeAndAfter>> = {
  'kustomize edit set image': [
    `# staging\nimages:\n  - name: ${SHOP}\n    newTag: "1.0.0" # ours\n`,
    `# staging\nimages:\n  - name: ${SHOP}\n    newTag: "2.0.0" # ours\n`,
  ],
  'yq and yaml-update-action': [
    'shop:\n    version: 1.0.0   # the chart\n',
    'shop:\n    version: 2.0.0   # the chart\n',
  ],
  'Argo CD Image Updater': versions(
    (tag) =>
      `apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {kustomize: {images: [shop=${SHOP}:${tag}]}}}\n`,
  ),
  'Flux image automation': versions(
    (tag) =>
      `kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - image: ${SHOP}:${tag} # {"$imagepolicy": "flux-system:shop"}\n`,
  ),
  'Renovate and Dependabot': versions(
    (version) => `kind: Deployment\nspec: {template: {spec: {containers: [{image: "${SHOP}:${version}"}]}}}\n`,
    `2.0.0@${DIGEST}`,
  ),
  Kargo: versions((tag) => `image: {repository: ${SHOP}, tag: ${tag}}\n`),
};

test('every section has a file here', () => {
  expect(SECTIONS.map(({ title }) => title)).toStrictEqual(Object.keys(FILES));
});

test.each(SECTIONS)('the step for $title changes the version, and nothing else', async ({ title, file, inputs }) => {
  const [before = '', after = ''] = FILES[title] ?? [];
  workspace.file(file, before);
  const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value).trim()]));
  const { code, json, log } = await workspace.run(given);
  expect([code, log]).toStrictEqual([0, expect.stringContaining('✓ 1 field in 1 file changed')]);
  expect(workspace.read(file)).toBe(after);
  expect([json('files'), json('left')]).toStrictEqual([[file], []]);
});
