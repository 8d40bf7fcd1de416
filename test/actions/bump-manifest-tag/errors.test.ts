import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { useWorkspace } from './harness.ts';

const workspace = useWorkspace();
const STAGING = 'apps/shop/overlays/staging/kustomization.yaml';

describe('bump-manifest-tag fails', () => {
  test('if no field names an image, and lists similar names', async () => {
    workspace.example();
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
      const { code, outputs, log } = await workspace.run({ image });
      expect([code, outputs['changed'], outputs['status']]).toStrictEqual([1, 'false', 'failure']);
      expectWithNote(log.includes('image-not-found') && log.includes(miss), log).toBeTruthy();
    }
  });

  test('if no field names one of several images, unless if-unmatched is warn or ignore', async () => {
    workspace.example();
    const image = 'ghcr.io/acme/shop:2\nghcr.io/acme/gone:2';
    expect((await workspace.run({ image })).code).toBe(1);
    expect(workspace.git('diff')).toBe('');
    const warned = await workspace.run({ image, 'if-unmatched': 'warn', 'dry-run': 'true' });
    expect(warned.code).toBe(0);
    expect(warned.log).toMatch(/::warning .*No image field in the 19 searched files names ghcr\.io\/acme\/gone/);
    expect(warned.summary).toMatch(
      /\[!WARNING\]\n> No image field in the 19 searched files names ghcr\.io\/acme\/gone/,
    );
    expect((await workspace.run({ image, 'if-unmatched': 'ignore' })).log).not.toMatch(/warning/);
  });

  test('with the unchanged or skipped fields, if no other field names the image', async () => {
    workspace.example();
    const left = await workspace.run({ image: 'ghcr.io/acme/shop:2', paths: 'apps/shop/base' });
    expect(left.log).toMatch(/apps\/shop\/base\/deployment\.yaml:\d+ .* has neither a tag nor a digest/);
    workspace.file('chart/pod.yaml', 'image: "ghcr.io/acme/shop:{{ .Values.tag }}"\n');
    const skipped = await workspace.run({ image: 'ghcr.io/acme/shop:2', paths: 'chart' });
    expect(skipped.log).toMatch(/chart\/pod\.yaml:1 names acme\/shop with a template expression/);
  });

  test('with the fields that paths or kinds exclude', async () => {
    workspace.example();
    const { log } = await workspace.run({ image: 'ghcr.io/acme/shop:2', paths: 'apps/cart' });
    expectWithNote(log, log).toContain(
      `${STAGING}:10 images[name=ghcr.io/acme/shop] does, but \`paths\` or \`kinds\` exclude it`,
    );
    const kinds = await workspace.run({ image: 'ghcr.io/acme/shop:2', kinds: 'flux', paths: 'charts' });
    expect(kinds.log).toMatch(/charts\/values-preview\.yaml:12 shop\.image does, but/);
  });

  test('if paths match no manifest, and says so', async () => {
    workspace.example();
    expect((await workspace.run({ image: 'a:1', paths: 'nope/**' })).log).toMatch(
      /`paths` \(nope\/\*\*\) matches no manifest .*→ Correct `paths`/,
    );
  });

  test('before anything is written, if the number of fields is not the expected one', async () => {
    workspace.example();
    const { code, log } = await workspace.run({ image: 'ghcr.io/acme/shop:2', expect: '1' });
    expect(code).toBe(1);
    expect(log).toMatch(
      /4 fields name the images, but `expect` is 1:%0A {2}apps\/shop\/overlays\/production\/kustomization\.yaml:15 /,
    );
    expect(workspace.git('diff')).toBe('');
  });

  test("before anything is written, if one field can't be changed safely", async () => {
    workspace.example();
    workspace.file('apps/x.yaml', 'a: &i {image: "ghcr.io/acme/shop:1"}\nb: *i\n');
    const { code, log } = await workspace.run({ image: 'ghcr.io/acme/shop:2' });
    expect(code).toBe(1);
    expect(log).toMatch(
      /field-refused::An image field can't be changed:%0A {2}apps\/x\.yaml:1 a\.image has a value that YAML aliases/,
    );
    expect(workspace.git('diff')).toBe('');
    expect((await workspace.run({ image: 'ghcr.io/acme/shop:2', aliases: 'shared' })).code).toBe(0);
    expect(workspace.read('apps/x.yaml')).toBe('a: &i {image: "ghcr.io/acme/shop:2"}\nb: *i\n');
  });
});

test('bump-manifest-tag skips a symbolic link that leads out of the root, and reports it', async () => {
  workspace.example();
  workspace.git('mv', 'apps/shop/overlays', '.');
  execFileSync('ln', ['-s', join(workspace.folder(), 'overlays/staging'), join(workspace.folder(), 'apps/shop/link')]);
  const { log } = await workspace.run({ image: 'ghcr.io/acme/shop:2', root: 'apps', 'if-unmatched': 'ignore' });
  expect(log).toMatch(/skipped apps\/shop\/link:1: is a symbolic link that leads out of the searched folder/);
  expect(workspace.git('diff')).toBe('');
});
