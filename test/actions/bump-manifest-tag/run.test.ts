import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { contract } from '../../../src/actions/bump-manifest-tag/contract.ts';
import { run } from '../../../src/actions/bump-manifest-tag/run.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { runAction } from '../../../src/entry/run-action.ts';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { fakeRunner } from '../../fakes/runner.ts';
import { expectWithNote } from '../../jest-support.ts';
import { readKeyValues } from '../../runner/command-files.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');
const DIGEST = `sha256:${'4b'.repeat(32)}`;
const STAGING = 'apps/shop/overlays/staging/kustomization.yaml';

/** What the runner would have made: the workspace, and files for outputs and summary. */
let temp = '';
let workspace = '';
beforeEach(() => {
  temp = realpathSync(mkdtempSync(join(tmpdir(), 'bump-')));
  workspace = join(temp, 'workspace');
  mkdirSync(workspace);
});
afterEach(() => rmSync(temp, { recursive: true }));

function environment(inputs: Readonly<Record<string, string>>) {
  const files = { GITHUB_OUTPUT: join(temp, 'output'), GITHUB_STEP_SUMMARY: join(temp, 'summary.md') };
  for (const path of Object.values(files)) writeFileSync(path, '');
  const named = Object.entries(inputs).map(([name, value]): [string, string] => [`INPUT_${name.toUpperCase()}`, value]);
  return { ...files, GITHUB_WORKSPACE: workspace, ...Object.fromEntries(named) };
}

async function bump(inputs: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) {
  const env = { ...environment(inputs), ...more };
  const log: string[] = [];
  const code = await runAction(contract, run, {
    env,
    cwd: workspace,
    clock: systemClock,
    runner: fakeRunner(env, (line) => log.push(line)),
    onCancel: () => {},
  });
  const outputs = readKeyValues(readFileSync(env.GITHUB_OUTPUT, 'utf8'));
  const summary = readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8');
  return { code, outputs, summary, log: log.join('\n') };
}

function example(): void {
  cpSync(join(REPOSITORY, 'examples/gitops'), workspace, { recursive: true });
  git('init', '--quiet');
  git('add', '.');
}

function git(...args: string[]): string {
  return execFileSync('git', ['-c', 'core.autocrlf=false', ...args], {
    cwd: workspace,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

function file(name: string, text: string): void {
  mkdirSync(dirname(join(workspace, name)), { recursive: true });
  writeFileSync(join(workspace, name), text);
}

const read = (name: string) => readFileSync(join(workspace, name), 'utf8');

describe('bump-manifest-tag on the example GitOps repository', () => {
  test('one image in one environment, by tag and digest: the diff is the two values', async () => {
    example();
    const before = read(STAGING);
    const { code, outputs } = await bump({
      image: `ghcr.io/acme/shop:1.5.0@${DIGEST}`,
      paths: 'apps/*/overlays/staging',
      pin: 'both',
      expect: '1',
    });
    expect(code).toBe(0);
    expect(read(STAGING)).toBe(before.replace('"1.4" ', '"1.5.0" ').replace('digest: ""', `digest: "${DIGEST}"`));
    expect(git('diff', '--name-only').trim()).toStrictEqual(STAGING);
    expect(outputs['changed']).toBe('true');
    expect(outputs['status']).toBe('success');
    expect(JSON.parse(outputs['files'] ?? '')).toStrictEqual([STAGING]);
    expect(JSON.parse(outputs['previous'] ?? '')).toStrictEqual({ 'ghcr.io/acme/shop': ['ghcr.io/acme/shop:1.4'] });
    expect(JSON.parse(outputs['changes'] ?? '')[0]).toStrictEqual({
      file: STAGING,
      document: 0,
      resource: 'Kustomization',
      path: 'images[name=ghcr.io/acme/shop].newTag',
      line: 10,
      old: '1.4',
      new: '1.5.0',
      from: 'ghcr.io/acme/shop:1.4',
      to: `ghcr.io/acme/shop:1.5.0@${DIGEST}`,
      image: 'ghcr.io/acme/shop',
      kind: 'kustomize',
    });
  });

  test('the patch turns the old files into the new ones, and back', async () => {
    example();
    const { outputs } = await bump({ image: 'ghcr.io/acme/shop:1.5.0\nghcr.io/acme/cart:1' });
    const changed = git('diff');
    git('checkout', '--quiet', '.');
    file('../the.patch', outputs['patch'] ?? '');
    git('apply', '../the.patch');
    expect(git('diff')).toBe(changed);
    git('apply', '--reverse', '../the.patch');
    expect(git('diff')).toBe('');
  });

  test('the changes make the same of files read elsewhere', async () => {
    example();
    const { outputs } = await bump({ image: 'ghcr.io/acme/shop:1.5.0' });
    for (const name of JSON.parse(outputs['files'] ?? '')) {
      const old = git('show', `:${name}`);
      const own = parseChanges(outputs['changes'] ?? '').filter((change) => change.file === name);
      expect(await applyChanges(old, own)).toStrictEqual({ kind: 'applied', text: read(name) });
      expect(await applyChanges(read(name), own)).toStrictEqual({ kind: 'already-there' });
    }
  });

  test('a second run changes nothing and succeeds', async () => {
    example();
    await bump({ image: 'ghcr.io/acme/shop:1.5.0' });
    const { code, outputs, log } = await bump({ image: 'ghcr.io/acme/shop:1.5.0' });
    expect(code).toBe(0);
    expect([outputs['changed'], outputs['files'], outputs['changes'], outputs['patch']]).toStrictEqual([
      'false',
      '[]',
      '[]',
      '',
    ]);
    expect(log).toMatch(/✓ Nothing to change; 4 fields matched in 19 searched files$/);
  });

  test('a dry run reports the same and writes nothing', async () => {
    example();
    const { outputs, summary, log } = await bump({ image: 'ghcr.io/acme/shop:1.5.0', 'dry-run': 'true' });
    expect(git('diff')).toBe('');
    expect(outputs['changed']).toBe('true');
    expect(outputs['patch'] ?? '').toMatch(/^\+.*1\.5\.0/m);
    expect(summary).toMatch(/4 fields in 4 files would change \(dry run\)/);
    expect(log).toMatch(/would change \(dry run, nothing was written\)/);
  });

  test('the summary says what a reviewer needs, with links to the lines', async () => {
    example();
    const { summary } = await bump(
      { image: 'ghcr.io/acme/shop:1.5.0' },
      { GITHUB_SERVER_URL: 'https://git.test', GITHUB_REPOSITORY: 'acme/gitops', GITHUB_SHA: 'c0ffee' },
    );
    expect(summary).toMatch(/^### bump-manifest-tag: 4 fields in 4 files$/m);
    expectWithNote(summary, summary).toContain(
      `| [\`${STAGING}:10\`](https://git.test/acme/gitops/blob/c0ffee/${STAGING}#L10) | \`images[name=ghcr.io/acme/shop]\` | \`ghcr.io/acme/shop:1.4\` | \`ghcr.io/acme/shop:1.5.0\` |`,
    );
    expect(summary).toMatch(/<summary>Diff<\/summary>/);
    expect(summary).toMatch(/<summary>Left unchanged: 2<\/summary>/);
  });

  test('names of files start at the Git top level, also where the root is below it', async () => {
    example();
    const { outputs } = await bump({ image: 'ghcr.io/acme/shop:1.5.0', root: 'apps\\shop', paths: 'overlays/staging' });
    expect(JSON.parse(outputs['files'] ?? '')).toStrictEqual([STAGING]);
  });
});

describe('image policies of Flux', () => {
  test('a marked tag is found in one file by the policy in another, by bump and by inspect', async () => {
    file(
      'apps/release.yaml',
      `kind: HelmRelease
spec:
  values:
    version: "1.0" # {"$imagepolicy": "flux-system:shop:tag"}
`,
    );
    file(
      'flux/policy.yaml',
      `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: shop, namespace: flux-system}
spec: {imageRepositoryRef: {name: shop-images}}
`,
    );
    file(
      'flux/repository.yaml',
      `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: shop-images, namespace: flux-system}
spec: {image: ghcr.io/acme/shop}
`,
    );
    const inspected = await bump({ mode: 'inspect' });
    const fields = JSON.parse(inspected.outputs['fields'] ?? '');
    expect(
      fields.map(({ file: name, reference }: { file: string; reference: string }) => `${name} ${reference}`),
    ).toStrictEqual(['apps/release.yaml ghcr.io/acme/shop:1.0', 'flux/repository.yaml ghcr.io/acme/shop']);
    const { code, log } = await bump({ image: 'ghcr.io/acme/shop:1.1', expect: '1' });
    expectWithNote(code, log).toBe(0);
    expect(read('apps/release.yaml')).toMatch(/version: "1\.1" #/);
  });
});

describe('much at once', () => {
  test('hundreds of fields are folded in the log, cut in the summary, and all there in the outputs', async () => {
    const entries = Array.from({ length: 400 }, (_, i) => `app${i}: {image: "acme/shop:1"}\n`);
    file('values.yaml', entries.join(''));
    const { outputs, summary, log } = await bump({ image: 'acme/shop:2', expect: '400' });
    expect(JSON.parse(outputs['changes'] ?? '').length).toBe(400);
    expect(log).toMatch(/::group::400 fields\n/);
    expect(summary).toMatch(/^… and 100 more: see the output `changes`\.$/m);
    expect(read('values.yaml')).toBe(entries.join('').replaceAll('shop:1', 'shop:2'));
  });
});

describe('outputs that do not fit', () => {
  test('what GitHub does not take is left empty, and that is said; the files are changed all the same', async () => {
    const old = `- {image: "acme/${'shop'.repeat(40)}:1"}\n`.repeat(2000);
    file('values.yaml', old);
    const { code, outputs, log } = await bump({ image: `acme/${'shop'.repeat(40)}:2` });
    expect(code).toBe(0);
    expect([outputs['changed'], outputs['changes']]).toStrictEqual(['true', '']);
    expect(outputs['files']).toBe('["values.yaml"]');
    expect(log).toMatch(/::warning .*output-too-large::The output `changes` is left empty: it has \d\.\d MB, .*`path`/);
    expect(read('values.yaml')).toBe(old.replaceAll(':1"', ':2"'));
  });

  test('a patch likewise', async () => {
    const note = `# ${'x'.repeat(100_000)}\n`;
    file('values.yaml', Array.from({ length: 12 }, (_, i) => `app${i}:\n${note}  image: acme/shop:1\n`).join(''));
    const { code, outputs, log } = await bump({ image: 'acme/shop:2' });
    expect([code, outputs['patch'], JSON.parse(outputs['changes'] ?? '').length]).toStrictEqual([0, '', 12]);
    expect(log).toMatch(/::warning .*output-too-large::The output `patch` is left empty: it has 1\.2 MB, /);
  });

  test('changes that fit an output but no input are said', async () => {
    file('values.yaml', '- {image: "acme/shop:1"}\n'.repeat(900));
    const { outputs, log } = await bump({ image: 'acme/shop:2' });
    expect(JSON.parse(outputs['changes'] ?? '').length).toBe(900);
    expect(log).toMatch(
      /::warning .*changes-too-long::The output `changes` \(\d{3} kB\) is too long for an input .*`path`/,
    );
  });
});

describe('what nobody meant does not pass silently', () => {
  test('an image that stands nowhere fails, with what may have been meant', async () => {
    example();
    for (const [image, miss] of [
      ['ghcr.io/acme/shpo:2', 'ghcr.io/acme/shop is a similar name (apps/shop/base/deployment.yaml:18)'],
      [
        'quay.io/acme/cart:2',
        'ghcr.io/acme/cart is the same name in another registry (apps/cart/base/deployment.yaml:18)',
      ],
      [
        'ghcr.io/other/cart:2',
        'ghcr.io/acme/cart has the same last part in another path (apps/cart/base/deployment.yaml:18)',
      ],
    ] as const) {
      const { code, outputs, log } = await bump({ image });
      expect([code, outputs['changed'], outputs['status']]).toStrictEqual([1, 'false', 'failure']);
      expectWithNote(log.includes('image-not-found') && log.includes(miss), log).toBeTruthy();
    }
  });

  test('each image must stand somewhere, unless it need not', async () => {
    example();
    const image = 'ghcr.io/acme/shop:2\nghcr.io/acme/gone:2';
    expect((await bump({ image })).code).toBe(1);
    expect(git('diff')).toBe('');
    const warned = await bump({ image, 'if-unmatched': 'warn', 'dry-run': 'true' });
    expect(warned.code).toBe(0);
    expect(warned.log).toMatch(/::warning .*No image field in the 19 searched files names ghcr\.io\/acme\/gone/);
    expect(warned.summary).toMatch(
      /\[!WARNING\]\n> No image field in the 19 searched files names ghcr\.io\/acme\/gone/,
    );
    expect((await bump({ image, 'if-unmatched': 'ignore' })).log).not.toMatch(/warning/);
  });

  test('a field that was left or skipped is named where it is all there is', async () => {
    example();
    const left = await bump({ image: 'ghcr.io/acme/shop:2', paths: 'apps/shop/base' });
    expect(left.log).toMatch(/apps\/shop\/base\/deployment\.yaml:\d+ .* has neither a tag nor a digest/);
    file('chart/pod.yaml', 'image: "ghcr.io/acme/shop:{{ .Values.tag }}"\n');
    const skipped = await bump({ image: 'ghcr.io/acme/shop:2', paths: 'chart' });
    expect(skipped.log).toMatch(/chart\/pod\.yaml:1 names acme\/shop with a template expression/);
  });

  test('a field that paths or kinds leave out is named', async () => {
    example();
    const { log } = await bump({ image: 'ghcr.io/acme/shop:2', paths: 'apps/cart' });
    expectWithNote(log, log).toContain(
      `${STAGING}:10 images[name=ghcr.io/acme/shop] does, but \`paths\` or \`kinds\` exclude it`,
    );
    const kinds = await bump({ image: 'ghcr.io/acme/shop:2', kinds: 'flux', paths: 'charts' });
    expect(kinds.log).toMatch(/charts\/values-preview\.yaml:12 shop\.image does, but/);
  });

  test('nothing to search says so', async () => {
    example();
    expect((await bump({ image: 'a:1', paths: 'nope/**' })).log).toMatch(
      /`paths` \(nope\/\*\*\) matches no manifest .*→ Correct `paths`/,
    );
  });

  test('another number of fields than expected fails before anything is written', async () => {
    example();
    const { code, log } = await bump({ image: 'ghcr.io/acme/shop:2', expect: '1' });
    expect(code).toBe(1);
    expect(log).toMatch(
      /4 fields name the images, but `expect` is 1:%0A {2}apps\/shop\/overlays\/production\/kustomization\.yaml:15 /,
    );
    expect(git('diff')).toBe('');
  });

  test('one field that can not be changed safely stops all', async () => {
    example();
    file('apps/x.yaml', 'a: &i {image: "ghcr.io/acme/shop:1"}\nb: *i\n');
    const { code, log } = await bump({ image: 'ghcr.io/acme/shop:2' });
    expect(code).toBe(1);
    expect(log).toMatch(
      /field-refused::An image field can't be changed:%0A {2}apps\/x\.yaml:1 a\.image has a value that YAML aliases/,
    );
    expect(git('diff')).toBe('');
    expect((await bump({ image: 'ghcr.io/acme/shop:2', aliases: 'shared' })).code).toBe(0);
    expect(read('apps/x.yaml')).toBe('a: &i {image: "ghcr.io/acme/shop:2"}\nb: *i\n');
  });

  test('a link that leads out of the root is not touched', async () => {
    example();
    git('mv', 'apps/shop/overlays', '.');
    execFileSync('ln', ['-s', join(workspace, 'overlays/staging'), join(workspace, 'apps/shop/link')]);
    const { log } = await bump({ image: 'ghcr.io/acme/shop:2', root: 'apps', 'if-unmatched': 'ignore' });
    expect(log).toMatch(/skipped apps\/shop\/link:1: is a symbolic link that leads out of the searched folder/);
    expect(git('diff')).toBe('');
  });
});

describe('bad input is a sentence and a remedy, before anything is touched', () => {
  for (const [title, inputs, message] of [
    ['no image', {}, /Input `image` is missing/],
    ['no tag', { image: 'ghcr.io/acme/shop' }, /It has neither a tag nor a digest: add one/],
    ['upper case', { image: 'ghcr.io/ACME/shop:2' }, /Did you mean "ghcr.io\/acme\/shop:2"/],
    ['a tag before =>', { image: 'a:1 => b:2' }, /Before the "=>", write a repository without tag and digest/],
    ['two =>', { image: 'a => b => c:1' }, /Write one "=>", between/],
    [
      'an image twice',
      { image: 'nginx:1\ndocker.io/library/nginx:2' },
      /has two new references for docker\.io\/library\/nginx/,
    ],
    [
      'a move onto another line',
      { image: 'a => b:1\nb:2' },
      /moves docker\.io\/library\/a to docker\.io\/library\/b, which another line changes/,
    ],
    ['a kind that is none', { image: 'a:1', kinds: 'helm' }, /got "helm"/],
    [
      'a field without a kind',
      { image: 'a:1', fields: 'spec.image' },
      /Write the kind of the document \(or \*\), a colon and the path/,
    ],
    ['a path that is none', { image: 'a:1', fields: 'X:a..b' }, /"\.\.b" is not a step/],
    ['a field of no image', { image: 'a:1', fields: 'X:a = b:1' }, /write the repository of the tag/],
    ['a root that is none', { image: 'a:1', root: 'nope' }, /root-not-found/],
    ['a misspelled input', { images: 'a:1' }, /has no input `images`.*Did you mean `image`/],
    ['a pin that is none', { image: 'a:1', pin: 'digests' }, /Did you mean "digest"/],
  ] as const)
    test(title, async () => {
      const { code, log } = await bump(inputs);
      expect(code).toBe(1);
      expect(log).toMatch(message);
    });
});

test('as a process: inputs from the environment, outputs in files, the exit code', () => {
  example();
  const entry = join(REPOSITORY, 'src/actions/bump-manifest-tag/index.ts');
  const env = { ...environment({ image: 'ghcr.io/acme/cart:1.0.0' }), PATH: process.env['PATH'] };
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry], { env, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toMatch(/✓ 4 fields in 4 files changed; 4 fields matched in 19 searched files\n$/);
  const outputs = readKeyValues(readFileSync(env.GITHUB_OUTPUT, 'utf8'));
  expect(outputs['status']).toBe('success');
  expect(read('apps/cart/overlays/staging/kustomization.yaml')).toMatch(/newTag: 1\.0\.0, digest: "" }/);
});
