import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { contract } from '../../../src/actions/bump-manifest-tag/contract.ts';
import { run } from '../../../src/actions/bump-manifest-tag/run.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { expectWithNote } from '../../jest-support.ts';
import { readKeyValues } from '../../runner/command-files.ts';

const EXAMPLES = join(import.meta.dirname, '../../../examples/gitops');
const DIGEST = `sha256:${'4b'.repeat(32)}`;

let temp = '';
let workspace = '';
beforeEach(() => {
  temp = realpathSync(mkdtempSync(join(tmpdir(), 'read-')));
  workspace = join(temp, 'workspace');
  mkdirSync(workspace);
});
afterEach(() => rmSync(temp, { recursive: true }));

function file(name: string, text: string): void {
  mkdirSync(dirname(join(workspace, name)), { recursive: true });
  writeFileSync(join(workspace, name), text);
}

async function read(inputs: Readonly<Record<string, string>>) {
  const files = { GITHUB_OUTPUT: join(temp, 'output'), GITHUB_STEP_SUMMARY: join(temp, 'summary.md') };
  for (const path of Object.values(files)) writeFileSync(path, '');
  const named = Object.entries(inputs).map(([name, value]): [string, string] => [`INPUT_${name.toUpperCase()}`, value]);
  const log: string[] = [];
  const env = { ...files, GITHUB_WORKSPACE: workspace, ...Object.fromEntries(named) };
  const world = {
    env,
    cwd: workspace,
    clock: systemClock,
    onCancel: () => {},
    runner: fakeRunner(env, (line) => log.push(line)),
  };
  const code = await runAction(contract, run, world);
  const outputs = readKeyValues(readFileSync(files.GITHUB_OUTPUT, 'utf8'));
  const json = (name: string) => JSON.parse(outputs[name] || 'null');
  return { code, json, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'), log: log.join('\n') };
}

describe('mode inspect: what is deployed where', () => {
  test('every image field of every kind, with its file, document, path and line', async () => {
    file('values.yaml', `shop: {image: {repository: ghcr.io/acme/shop, tag: "1.4", digest: "${DIGEST}"}}\n`);
    file(
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
    file('kustomization.yaml', 'images:\n- {name: shop, newName: ghcr.io/acme/shop, newTag: v1}\n');
    const { code, json, summary, log } = await read({ mode: 'inspect' });
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

  test('the example repository; nothing is written, and kinds narrow it', async () => {
    cpSync(EXAMPLES, workspace, { recursive: true });
    const before = readdirSync(workspace, { recursive: true }).sort();
    const { json } = await read({ mode: 'inspect' });
    const paths = json('fields').map((field: { file: string; path: string }) => `${field.file} ${field.path}`);
    expect(paths).toContain('apps/shop/overlays/staging/kustomization.yaml images[name=ghcr.io/acme/shop]');
    expect(paths).toContain('charts/values-preview.yaml shop.image');
    expect(readdirSync(workspace, { recursive: true }).sort()).toStrictEqual(before);
    const narrow = await read({ mode: 'inspect', kinds: 'helm-values' });
    expect(narrow.json('fields').every((field: { kind: string }) => field.kind === 'helm-values')).toBeTruthy();
  });

  test('fields that the user names, and files that can not be read', async () => {
    file('odd.yaml', 'kind: Odd\nspec: {runs: "acme/shop:1"}\n');
    file('broken.yaml', 'image: [\n');
    const { json, summary } = await read({ mode: 'inspect', fields: 'Odd:spec.runs' });
    expect(json('fields')[0].reference).toBe('acme/shop:1');
    expect(summary).toMatch(/Skipped: 1.*\n\n- `broken\.yaml:\d` is not valid YAML/);
  });
});

test('more fields than an output takes are counted, and that is said', async () => {
  file('values.yaml', Array.from({ length: 6000 }, () => '- {image: "acme/shop:1"}\n').join(''));
  const { code, json, summary, log } = await read({ mode: 'inspect' });
  expect([code, json('fields')]).toStrictEqual([0, null]);
  expect(log).toMatch(/::warning .*output-too-large::The output `fields` is left empty: it has \d\.\d MB, more than/);
  expect(summary).toMatch(/^… and 5700 more/m);
});

describe('mode compare: two environments', () => {
  test('which images differ, and which are only here or there', async () => {
    file('staging/k.yaml', 'apps: [{image: acme/shop:2}, {image: docker.io/acme/cart:1}, {image: acme/new:1}]\n');
    file('staging/base.yaml', 'app: {image: acme/shop}\n');
    file('production/k.yaml', 'apps: [{image: acme/shop:1}, {image: acme/cart:1}, {image: acme/old:1}]\n');
    const { code, json, summary, log } = await read({
      mode: 'compare',
      root: 'staging',
      'compare-with': 'production',
    });
    expect(code).toBe(0);
    expect(json('differences')).toStrictEqual([
      { image: 'docker.io/acme/cart', verdict: 'same', here: ['docker.io/acme/cart:1'], there: ['acme/cart:1'] },
      { image: 'docker.io/acme/new', verdict: 'only-here', here: ['acme/new:1'], there: [] },
      { image: 'docker.io/acme/old', verdict: 'only-there', here: [], there: ['acme/old:1'] },
      { image: 'docker.io/acme/shop', verdict: 'differs', here: ['acme/shop:2'], there: ['acme/shop:1'] },
    ]);
    expect(summary).toMatch(/^\| image \| {2}\| `staging` \| `production` \|$/m);
    expect(summary).toMatch(/^\| `docker\.io\/acme\/shop` \| \*\*differs\*\* \| `acme\/shop:2` \| `acme\/shop:1` \|$/m);
    expect(log).toMatch(/✓ 3 differences in 4 images$/);
  });

  test('two spellings of one image are one version', async () => {
    file('a/k.yaml', 'apps: [{image: nginx:1}, {image: docker.io/library/nginx:1}]\n');
    file('b/k.yaml', 'apps: [{image: nginx:1}]\n');
    const { json } = await read({ mode: 'compare', root: 'a', 'compare-with': 'b' });
    expect(json('differences')[0].verdict).toBe('same');
  });

  test('more differences than an output takes are counted, and that is said', async () => {
    const name = 'a-repository-with-a-long-name-'.repeat(7);
    const apps = (version: number) =>
      Array.from({ length: 2000 }, (_, i) => `- {image: "acme/${name}${i}:${version}"}\n`).join('');
    file('a/values.yaml', apps(1));
    file('b/values.yaml', apps(2));
    const { code, json, log } = await read({ mode: 'compare', root: 'a', 'compare-with': 'b' });
    expect([code, json('differences'), json('fields')]).toStrictEqual([0, null, null]);
    expect(log).toMatch(
      /::warning .*output-too-large::The output `differences` is left empty: it has \d\.\d MB, more than/,
    );
  });

  test('the same image in several versions is the same only when all versions are', async () => {
    file('a/k.yaml', 'apps: [{image: acme/shop:1}, {image: acme/shop:2}]\n');
    file('b/k.yaml', 'apps: [{image: acme/shop:2}]\n');
    const { json } = await read({ mode: 'compare', root: 'a', 'compare-with': 'b' });
    expect(json('differences')[0].verdict).toBe('differs');
  });
});

describe('each line of `paths` names a file', () => {
  beforeEach(() => {
    file('a/k.yaml', 'apps: [{image: acme/shop:1}]\n');
    file('b/x/k.yaml', 'apps: [{image: acme/shop:1}]\n');
    file('a/notes/x.md', '');
  });
  for (const [inputs, line] of [
    [{ mode: 'bump', image: 'acme/shop:2', paths: 'a\ntypo' }, 'typo'],
    [{ mode: 'bump', image: 'acme/shop:2', 'if-unmatched': 'ignore', paths: 'a\ntypo' }, 'typo'],
    [{ mode: 'inspect', paths: '!b\na\n**/*.ymal' }, '**/*.ymal'],
    [{ mode: 'compare', root: 'a', 'compare-with': 'b', paths: 'k.yaml\nnowhere' }, 'nowhere'],
  ] as const)
    test(`a line that names none fails: ${JSON.stringify(inputs)}`, async () => {
      const { code, log } = await read(inputs);
      expect(code).toBe(1);
      expectWithNote(log, log).toContain(`input-invalid::Input \`paths\` contains "${line}", which matches no file.`);
      expect(readFileSync(join(workspace, 'a/k.yaml'), 'utf8')).toMatch(/shop:1/);
    });

  for (const inputs of [
    { mode: 'inspect', paths: './\n!nowhere\na/notes\nb\\x\n!b/x' },
    { mode: 'compare', root: 'a', 'compare-with': 'b', paths: 'k.yaml\nx' },
  ])
    test(`all others pass: ${JSON.stringify(inputs)}`, async () => {
      const { code, log } = await read(inputs);
      expectWithNote(code, log).toBe(0);
    });
});

describe('inputs that do not fit the mode', () => {
  for (const [inputs, message] of [
    [{ mode: 'inspect', image: 'a:1' }, /`image` says what to change, but `mode: inspect` changes nothing/],
    [{ mode: 'inspect', expect: '1' }, /`expect` counts the fields to change/],
    [{ mode: 'compare' }, /`compare-with` is missing: `mode: compare` compares `root` with another folder/],
    [{ image: 'a:1', 'compare-with': 'b' }, /`compare-with` has no effect in `mode: bump`/],
    [
      { mode: 'compare', 'compare-with': 'nope' },
      /root-not-found::The folder to search, nope, can't be opened.*; `compare-with` is a folder relative/,
    ],
    [{ mode: 'list' }, /takes one of bump, inspect, compare/],
  ] as const)
    test(JSON.stringify(inputs), async () => {
      const { code, log } = await read(inputs);
      expect(code).toBe(1);
      expect(log).toMatch(message);
    });
});
