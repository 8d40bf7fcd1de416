import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unifiedDiff } from '../../../src/manifest/files/patch.ts';
import { applySplices, type Splice } from '../../../src/manifest/syntax/splice.ts';
import { expectWithNote } from '../../jest-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'patch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The text of a file after `git apply`. */
function gitApply(name: string, before: string, patch: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, before);
  execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: patch, stdio: 'pipe' });
  return readFileSync(file, 'utf8');
}

/** Replacements in a text, by offset and length. */
function replace(text: string, words: readonly (readonly [at: number, length: number, by: string])[]): Splice[] {
  return words
    .map(([start, length, replacement]) => ({ start, end: start + length, replacement }))
    .filter(({ end }) => end <= text.length);
}

describe('unifiedDiff', () => {
  test('has three context lines around a change', () => {
    const text = '1\n2\n3\n4\nimage: a\n6\n7\n8\n9\n';
    expect(unifiedDiff('x.yaml', text, replace(text, [[15, 1, 'b']]))).toBe(
      'diff --git a/x.yaml b/x.yaml\n--- a/x.yaml\n+++ b/x.yaml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-image: a\n+image: b\n 6\n 7\n 8\n',
    );
  });

  test('does not change the line before an inserted line', () => {
    const text = 'a: 1\nb: 2\n';
    const splices = [{ start: 4, end: 4, replacement: '\nx: 9' }];
    const patch = unifiedDiff('x.yaml', text, splices);
    expect(patch.slice(patch.indexOf('@@'))).toBe('@@ -1,2 +1,3 @@\n a: 1\n+x: 9\n b: 2\n');
    expect(gitApply('in.yaml', text, unifiedDiff('in.yaml', text, splices))).toBe('a: 1\nx: 9\nb: 2\n');
    const last = [{ start: 4, end: 4, replacement: '\nx: 9' }];
    expect(gitApply('end.yaml', 'a: 1', unifiedDiff('end.yaml', 'a: 1', last))).toBe('a: 1\nx: 9');
  });

  test('is applied by Git for any file name, line breaks and end of file', () => {
    for (const name of ['a.yaml', 'a b/c d.yaml', 'ü/é.yaml', 'quo"te\\.yaml', 'tab\there.yaml'])
      for (const text of ['a: 1\nb: 2\n', 'a: 1\r\nb: 2\r\n', '\ufeffa: 1\nb: 2', 'b: 2'])
        expectWithNote(
          gitApply(
            name,
            text,
            unifiedDiff(name, text, replace(text, [[text.length - 1 - (text.endsWith('\n') ? 1 : 0), 1, 'x']])),
          ),
          `${name} ${JSON.stringify(text)}`,
        ).toBe(applySplices(text, replace(text, [[text.length - 1 - (text.endsWith('\n') ? 1 : 0), 1, 'x']])));
  });

  test('gives the same text as the edit when Git applies it, for any number of changes', () => {
    const line = fc.constantFrom('a: b', '', '# c', 'image: x', '  - y');
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        fc.uniqueArray(fc.nat(39), { maxLength: 6 }),
        (lines, ends, changed) => {
          const text = lines.join('\n') + (ends ? '\n' : '');
          fc.pre(text !== '');
          const starts = lines.map((_, i) => lines.slice(0, i).join('\n').length + (i > 0 ? 1 : 0));
          const splices = changed.flatMap((i) => {
            const start = starts[i];
            return start === undefined || lines[i] === '' ? [] : [{ start, end: start + 1, replacement: 'new' }];
          });
          fc.pre(splices.length > 0);
          expect(gitApply('p.yaml', text, unifiedDiff('p.yaml', text, splices))).toBe(applySplices(text, splices));
        },
      ),
      { seed: 5, numRuns: 60 },
    );
  });
});
