import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Misfit } from '../../src/action/kinds.ts';
import { glob, globs } from '../../src/files/glob.ts';
import { selection } from '../../src/manifest/files/survey.ts';

const matches = (pattern: string | string[], path: string) => globs([pattern].flat())(path);

test('globs match whole paths', () => {
  for (const [pattern, path] of [
    ['a.yaml', 'a.yaml'],
    ['*.yaml', 'a.yaml'],
    ['**/*.yaml', 'a.yaml'],
    ['**/*.yaml', 'a/b/c.yaml'],
    ['apps/**/k.yaml', 'apps/k.yaml'],
    ['apps/**/k.yaml', 'apps/a/b/k.yaml'],
    ['apps/**', 'apps/a/b'],
    ['**', 'a/b'],
    ['a?c', 'abc'],
    ['[ab]c', 'bc'],
    ['[!ab]c', 'cc'],
    ['*.{yml,yaml}', 'x.yml'],
    ['{a,b/*}/c', 'b/x/c'],
    ['./a/b', 'a/b'],
    ['a\\b\\*.yaml', 'a/b/c.yaml'],
    ['**/*.yaml', '.hidden/.x.yaml'],
    ['a+(b).$^|', 'a+(b).$^|'],
    ['ü*', 'üä'],
  ] as const)
    assert.ok(matches(pattern, path), `${pattern} ${path}`);
  for (const [pattern, path] of [
    ['*.yaml', 'a/b.yaml'],
    ['a.yaml', 'axyaml'],
    ['apps/*', 'apps/a/b'],
    ['a?c', 'a/c'],
    ['[!a]c', '/c'],
    ['apps/**', 'apps'],
    ['**/b', 'ab'],
  ] as const)
    assert.ok(!matches(pattern, path), `${pattern} ${path}`);
});

test('an exclusion takes away from what stood before it; alone it takes away from everything', () => {
  assert.ok(!matches(['**', '!secret/**'], 'secret/a'));
  assert.ok(matches(['**', '!secret/**', 'secret/public'], 'secret/public'));
  assert.ok(matches(['!secret/**'], 'a'));
  assert.ok(!matches([], 'a'));
});

test('without paths, all manifests are searched', () => {
  const all = selection([]);
  for (const file of ['a.yaml', 'x/b.yml', '.c/d.json', 'x/Kustomization']) assert.ok(all(file), file);
  for (const file of ['README.md', 'a.yaml.bak', 'yaml', '.github/workflows/ci.yml', 'x/.github/a.yaml'])
    assert.ok(!all(file), file);
});

test('a folder stands for the manifests in it; other files only where a glob says what they are called', () => {
  const folder = selection(['apps/shop/', 'apps\\cart', 'other/**', '!apps/shop/old']);
  for (const file of ['apps/shop/a.yaml', 'apps/shop/x/b.json', 'apps/cart/c.yml', 'other/d.yaml'])
    assert.ok(folder(file), file);
  for (const file of ['apps/shop/README.md', 'apps/shop/old/a.yaml', 'x.yaml', 'other/e.md'])
    assert.ok(!folder(file), file);
  assert.ok(selection(['**/*.tpl'])('a/b.tpl'));
  assert.ok(selection(['.github'])('.github/workflows/ci.yml'));
  assert.ok(selection(['apps/*/overlays/staging'])('apps/shop/overlays/staging/x/y.yaml'));
});

test('a glob that can be read matches without a defect, any other is a misfit', () => {
  for (const text of ['[z-a]', '{a,[z-a]}', './', '!', '/']) assert.throws(() => glob.parse(text), Misfit);
  assert.ok(globs([glob.parse('[a&~^-b]/x')])('&/x'));
  const piece = fc.constantFrom(
    'a',
    '*',
    '**',
    '/',
    '[',
    ']',
    '!',
    '^',
    '-',
    'z',
    '{',
    '}',
    ',',
    '\\',
    '&',
    '~',
    '(',
    '?',
    '\u{1f680}',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      try {
        globs([glob.parse(text)])('a/b');
      } catch (thrown) {
        assert.ok(thrown instanceof Misfit, text);
      }
    }),
    { seed: 5, numRuns: 2000 },
  );
});
