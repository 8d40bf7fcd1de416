import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type FileVersion,
  mergeFiles,
  mergeTexts,
} from '../../../../src/actions/open-gitops-PR/change/three-way-merge.ts';

const folder = mkdtempSync(join(tmpdir(), 'three-way-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What git makes of it; `undefined` for a conflict. */
function gitMerge(ancestor: string, ours: string, theirs: string): string | undefined {
  const files = Object.entries({ ours, ancestor, theirs }).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  const { status, stdout } = spawnSync('git', ['merge-file', '-p', '-q', ...files], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

it('takes lines that only one side changed from that side', () => {
  expect(mergeTexts('a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD\nE\n')).toBe('A\nb\nc\nD\nE\n');
  expect(mergeTexts('a\nb\nc\n', 'a\nb\nc\n', '')).toBe('');
  expect(mergeTexts('a\nb', 'a\nb', 'a\nB')).toBe('a\nB');
});

it('reports a conflict if both sides changed the same lines in different ways', () => {
  expect(mergeTexts('a\nb\nc\n', 'a\nX\nc\n', 'a\nY\nc\n')).toBeUndefined();
  expect(mergeTexts('a\nb\nc\n', 'a\nX\nc\n', 'a\nX\nc\n')).toBe('a\nX\nc\n');
});

it('if it merges, gives the same text as git merge-file', () => {
  const line = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j');
  const base = fc.uniqueArray(line, { minLength: 3, maxLength: 10 });
  // What one side does to each line: keep it, drop it, replace it, or insert one before it.
  const edits = fc.array(fc.constantFrom('keep', 'keep', 'keep', 'drop', 'replace', 'insert'), {
    minLength: 10,
    maxLength: 10,
  });
  const changed = (lines: readonly string[], what: readonly string[], mark: string) =>
    lines
      .flatMap((text, i) => {
        if (what[i] === 'drop') return [];
        if (what[i] === 'replace') return [`${text}-${mark}`];
        return what[i] === 'insert' ? [`new-${mark}-${text}`, text] : [text];
      })
      .map((text) => `${text}\n`)
      .join('');
  fc.assert(
    fc.property(base, edits, edits, (lines, first, second) => {
      const [ancestor, ours, theirs] = [
        changed(lines, [], ''),
        changed(lines, first, 'x'),
        changed(lines, second, 'y'),
      ];
      const merged = mergeTexts(ancestor, ours, theirs);
      if (merged !== undefined) expect(merged).toBe(gitMerge(ancestor, ours, theirs));
    }),
    { seed: 7, numRuns: 150 },
  );
});

const plain = (content: string | Uint8Array): FileVersion => ({ mode: '100644', content: Buffer.from(content) });
const executable = (content: string): FileVersion => ({ mode: '100755', content: Buffer.from(content) });
const link = (content: string): FileVersion => ({ mode: '120000', content: Buffer.from(content) });

it('merges content and mode separately', () => {
  for (const [ancestor, ours, theirs, wanted] of [
    [plain('a\nb\nc\n'), plain('A\nb\nc\n'), executable('a\nb\nC\n'), executable('A\nb\nC\n')],
    [plain('a\n'), executable('a\n'), plain('b\n'), executable('b\n')],
    [executable('a\n'), plain('a\n'), executable('b\n'), plain('b\n')],
    [plain('a\n'), undefined, plain('a\n'), undefined],
    [plain('a\n'), plain('a\n'), undefined, undefined],
    [undefined, plain('a\n'), undefined, plain('a\n')],
    [link('x'), link('y'), link('x'), link('y')],
  ] as const) {
    expect(mergeFiles(ancestor, ours, theirs)).toStrictEqual({ kind: 'merged', file: wanted });
  }
});

it('reports a conflict if a merge could lose a change or mix binary files, links or encodings', () => {
  const [one, two, three] = [Uint8Array.of(0, 1, 10, 2), Uint8Array.of(0, 9, 10, 2), Uint8Array.of(0, 1, 10, 8)];
  const [latin1, latin2] = [Buffer.from('caf\u00e9\na\nb\n', 'latin1'), Buffer.from('caf\u00e9\na\nB\n', 'latin1')];
  for (const [ancestor, ours, theirs] of [
    [plain(one), plain(two), plain(three)],
    [plain(latin1), plain(latin2), plain(Buffer.from('Caf\u00e9\na\nb\n', 'latin1'))],
    [plain('a\n'), undefined, plain('b\n')],
    [undefined, plain('a\n'), plain('b\n')],
    [link('a'), link('b'), link('c')],
    [plain('a\nb\n'), link('a'), plain('a\nB\n')],
  ] as const) {
    expect(mergeFiles(ancestor, ours, theirs)).toStrictEqual({ kind: 'conflict' });
  }
});
