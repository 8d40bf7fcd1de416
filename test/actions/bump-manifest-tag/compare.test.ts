import { describe, expect, test } from '@jest/globals';
import { useWorkspace } from './harness.ts';

const workspace = useWorkspace();
describe('mode compare', () => {
  test('lists images that differ, and those that only one folder has', async () => {
    workspace.file(
      'staging/k.yaml',
      'apps: [{image: acme/shop:2}, {image: docker.io/acme/cart:1}, {image: acme/new:1}]\n',
    );
    workspace.file('staging/base.yaml', 'app: {image: acme/shop}\n');
    workspace.file('production/k.yaml', 'apps: [{image: acme/shop:1}, {image: acme/cart:1}, {image: acme/old:1}]\n');
    const { code, json, summary, log } = await workspace.run({
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

  test('treats two spellings of a repository as the same image', async () => {
    workspace.file('a/k.yaml', 'apps: [{image: nginx:1}, {image: docker.io/library/nginx:1}]\n');
    workspace.file('b/k.yaml', 'apps: [{image: nginx:1}]\n');
    const { json } = await workspace.run({ mode: 'compare', root: 'a', 'compare-with': 'b' });
    expect(json('differences')[0].verdict).toBe('same');
  });

  test('leaves an output that is too long empty, with a warning', async () => {
    const name = 'a-repository-with-a-long-name-'.repeat(7);
    const apps = (version: number) =>
      Array.from({ length: 2000 }, (_, i) => `- {image: "acme/${name}${i}:${version}"}\n`).join('');
    workspace.file('a/values.yaml', apps(1));
    workspace.file('b/values.yaml', apps(2));
    const { code, json, log } = await workspace.run({ mode: 'compare', root: 'a', 'compare-with': 'b' });
    expect([code, json('differences'), json('fields')]).toStrictEqual([0, null, null]);
    expect(log).toMatch(
      /::warning .*output-too-large::The output `differences` is left empty: it has \d\.\d MB, more than/,
    );
  });

  test('reports a difference if one of several versions of an image differs', async () => {
    workspace.file('a/k.yaml', 'apps: [{image: acme/shop:1}, {image: acme/shop:2}]\n');
    workspace.file('b/k.yaml', 'apps: [{image: acme/shop:2}]\n');
    const { json } = await workspace.run({ mode: 'compare', root: 'a', 'compare-with': 'b' });
    expect(json('differences')[0].verdict).toBe('differs');
  });
});
