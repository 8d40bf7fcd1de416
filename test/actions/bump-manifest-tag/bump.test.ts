import { describe, expect, test } from '@jest/globals';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { expectWithNote } from '../../jest-support.ts';
import { DIGEST, useWorkspace } from './harness.ts';

const workspace = useWorkspace();
const STAGING = 'apps/shop/overlays/staging/kustomization.yaml';

describe('bump-manifest-tag on the example GitOps repository', () => {
  test('changes tag and digest of one image in one environment, and nothing else', async () => {
    workspace.example();
    const before = workspace.read(STAGING);
    const { code, outputs } = await workspace.run({
      image: `ghcr.io/acme/shop:1.5.0@${DIGEST}`,
      paths: 'apps/*/overlays/staging',
      pin: 'both',
      expect: '1',
    });
    expect(code).toBe(0);
    expect(workspace.read(STAGING)).toBe(
      before.replace('"1.4" ', '"1.5.0" ').replace('digest: ""', `digest: "${DIGEST}"`),
    );
    expect(workspace.git('diff', '--name-only').trim()).toStrictEqual(STAGING);
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

  test('outputs a patch that Git applies and reverts', async () => {
    workspace.example();
    const { outputs } = await workspace.run({ image: 'ghcr.io/acme/shop:1.5.0\nghcr.io/acme/cart:1' });
    const changed = workspace.git('diff');
    workspace.git('checkout', '--quiet', '.');
    workspace.file('../the.patch', outputs['patch'] ?? '');
    workspace.git('apply', '../the.patch');
    expect(workspace.git('diff')).toBe(changed);
    workspace.git('apply', '--reverse', '../the.patch');
    expect(workspace.git('diff')).toBe('');
  });

  test('outputs changes that can be applied to the files elsewhere', async () => {
    workspace.example();
    const { outputs } = await workspace.run({ image: 'ghcr.io/acme/shop:1.5.0' });
    for (const name of JSON.parse(outputs['files'] ?? '')) {
      const old = workspace.git('show', `:${name}`);
      const own = parseChanges(outputs['changes'] ?? '').filter((change) => change.file === name);
      expect(await applyChanges(old, own)).toStrictEqual({ kind: 'applied', text: workspace.read(name) });
      expect(await applyChanges(workspace.read(name), own)).toStrictEqual({ kind: 'already-there' });
    }
  });

  test('changes nothing in a second run, and succeeds', async () => {
    workspace.example();
    await workspace.run({ image: 'ghcr.io/acme/shop:1.5.0' });
    const { code, outputs, log } = await workspace.run({ image: 'ghcr.io/acme/shop:1.5.0' });
    expect(code).toBe(0);
    expect([outputs['changed'], outputs['files'], outputs['changes'], outputs['patch']]).toStrictEqual([
      'false',
      '[]',
      '[]',
      '',
    ]);
    expect(log).toMatch(/✓ Nothing to change; 4 fields matched in 19 searched files$/);
  });

  test('reports the same in a dry run, and writes nothing', async () => {
    workspace.example();
    const { outputs, summary, log } = await workspace.run({ image: 'ghcr.io/acme/shop:1.5.0', 'dry-run': 'true' });
    expect(workspace.git('diff')).toBe('');
    expect(outputs['changed']).toBe('true');
    expect(outputs['patch'] ?? '').toMatch(/^\+.*1\.5\.0/m);
    expect(summary).toMatch(/4 fields in 4 files would change \(dry run\)/);
    expect(log).toMatch(/would change \(dry run, nothing was written\)/);
  });

  test('links the changed lines in the summary, which has the diff and the unchanged fields', async () => {
    workspace.example();
    const { summary } = await workspace.run(
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

  test('names files relative to the Git top level, also if the root is below it', async () => {
    workspace.example();
    const { outputs } = await workspace.run({
      image: 'ghcr.io/acme/shop:1.5.0',
      root: 'apps\\shop',
      paths: 'overlays/staging',
    });
    expect(JSON.parse(outputs['files'] ?? '')).toStrictEqual([STAGING]);
  });
});

describe('image policies of Flux', () => {
  test('a tag that a policy marks is found if another file has the policy, in mode bump and inspect', async () => {
    workspace.file(
      'apps/release.yaml',
      `kind: HelmRelease
spec:
  values:
    version: "1.0" # {"$imagepolicy": "flux-system:shop:tag"}
`,
    );
    workspace.file(
      'flux/policy.yaml',
      `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: shop, namespace: flux-system}
spec: {imageRepositoryRef: {name: shop-images}}
`,
    );
    workspace.file(
      'flux/repository.yaml',
      `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: shop-images, namespace: flux-system}
spec: {image: ghcr.io/acme/shop}
`,
    );
    const inspected = await workspace.run({ mode: 'inspect' });
    const fields = JSON.parse(inspected.outputs['fields'] ?? '');
    expect(
      fields.map(({ file: name, reference }: { file: string; reference: string }) => `${name} ${reference}`),
    ).toStrictEqual(['apps/release.yaml ghcr.io/acme/shop:1.0', 'flux/repository.yaml ghcr.io/acme/shop']);
    const { code, log } = await workspace.run({ image: 'ghcr.io/acme/shop:1.1', expect: '1' });
    expectWithNote(code, log).toBe(0);
    expect(workspace.read('apps/release.yaml')).toMatch(/version: "1\.1" #/);
  });
});
