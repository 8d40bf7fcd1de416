import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInput } from '../../src/core/input-types.ts';
import { glob, globs } from '../../src/files/glob.ts';
import { fileSelector } from '../../src/manifest/files/select-files.ts';
import { expectWithNote, invariant } from '../jest-support.ts';

const matches = (pattern: string | string[], path: string) => globs([pattern].flat())(path);

test('a glob matches whole paths', () => {
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
    expectWithNote(matches(pattern, path), `${pattern} ${path}`).toBeTruthy();
  for (const [pattern, path] of [
    ['*.yaml', 'a/b.yaml'],
    ['a.yaml', 'axyaml'],
    ['apps/*', 'apps/a/b'],
    ['a?c', 'a/c'],
    ['[!a]c', '/c'],
    ['apps/**', 'apps'],
    ['**/b', 'ab'],
  ] as const)
    expectWithNote(matches(pattern, path), `${pattern} ${path}`).toBeFalsy();
});

test('an exclusion removes paths that earlier globs matched; exclusions alone start from all paths', () => {
  expect(matches(['**', '!secret/**'], 'secret/a')).toBeFalsy();
  expect(matches(['**', '!secret/**', 'secret/public'], 'secret/public')).toBeTruthy();
  expect(matches(['!secret/**'], 'a')).toBeTruthy();
  expect(matches([], 'a')).toBeFalsy();
});

test('without globs, all manifests outside of .github are selected', () => {
  const all = fileSelector([]);
  for (const file of ['a.yaml', 'x/b.yml', '.c/d.json', 'x/Kustomization'])
    expectWithNote(all(file), file).toBeTruthy();
  for (const file of ['README.md', 'a.yaml.bak', 'yaml', '.github/workflows/ci.yml', 'x/.github/a.yaml'])
    expectWithNote(all(file), file).toBeFalsy();
});

test('a folder selects the manifests in it; other files are selected only by a glob for their name', () => {
  const folder = fileSelector(['apps/shop/', 'apps\\cart', 'other/**', '!apps/shop/old']);
  for (const file of ['apps/shop/a.yaml', 'apps/shop/x/b.json', 'apps/cart/c.yml', 'other/d.yaml'])
    expectWithNote(folder(file), file).toBeTruthy();
  for (const file of ['apps/shop/README.md', 'apps/shop/old/a.yaml', 'x.yaml', 'other/e.md'])
    expectWithNote(folder(file), file).toBeFalsy();
  expect(fileSelector(['**/*.tpl'])('a/b.tpl')).toBeTruthy();
  expect(fileSelector(['.github'])('.github/workflows/ci.yml')).toBeTruthy();
  expect(fileSelector(['apps/*/overlays/staging'])('apps/shop/overlays/staging/x/y.yaml')).toBeTruthy();
});

test('a valid glob matches without an error; any other is rejected as invalid input', () => {
  for (const text of ['[z-a]', '{a,[z-a]}', './', '!', '/']) expect(() => glob.parse(text)).toThrow(InvalidInput);
  expect(globs([glob.parse('[a&~^-b]/x')])('&/x')).toBeTruthy();
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
        invariant(thrown instanceof InvalidInput, text);
      }
    }),
    { seed: 5, numRuns: 2000 },
  );
});
