import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ignoreRules } from '../../src/files/ignore.ts';
import { expectWithNote } from '../jest-support.ts';
import { expectLinearTime } from '../processor-time.ts';

const folder = mkdtempSync(join(tmpdir(), 'ignore-test-'));
execFileSync('git', ['init', '--quiet', folder]);
mkdirSync(join(folder, 'd'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Which of the paths git ignores according to one file in the root folder; `d` is a folder. */
function ignoredByGit(text: string, paths: readonly string[]): boolean[] {
  writeFileSync(join(folder, '.gitignore'), text);
  const { stdout } = spawnSync('git', ['-C', folder, 'check-ignore', '--no-index', '-v', '-n', '-z', '--stdin'], {
    input: paths.join('\0'),
    encoding: 'utf8',
  });
  const fields = stdout.split('\0');
  return paths.map((_, i) => {
    const pattern = fields[4 * i + 2] ?? '';
    return pattern !== '' && !pattern.startsWith('!');
  });
}

/** The same according to our rules; a path in an ignored folder is ignored. */
function ignoredByUs(text: string, paths: readonly string[]): boolean[] {
  const rules = ignoreRules(text);
  return paths.map((path) => {
    const parts = path.split('/');
    return parts.some((_, i) => {
      const last = i === parts.length - 1;
      return rules(parts.slice(0, i + 1).join('/'), !last || path === 'd') === 'ignored';
    });
  });
}

const PATHS = [
  'a',
  'a/b',
  'a/b/c',
  'b',
  'd',
  'c.x',
  'a/c.x',
  'a/b/c.x',
  'a b',
  '#a',
  '!a',
  'a*',
  '-',
  ']',
  'é',
  'x/y/z',
];

it.each([
  ['names and paths', 'b\n/a/b\nc.x\n'],
  ['folders', 'd/\nb/\na/b/\n'],
  ['stars', '*.x\na*\n/*\n'],
  ['double stars', '**/b\na/**\na/**/c\n**\n'],
  ['double stars in a row', '**/**/b\na/**/***/c\n**/**/**\n'],
  ['two stars inside a name', 'a**\n**x\na/**c\n***/b\n'],
  ['exceptions', '*\n!a\n!*.x\n!d/\n'],
  ['comments, spaces and escapes', '# a\n\\#a\n\\!a\na\\ b  \nb   \n\n   \n'],
  ['Windows line breaks and a byte order mark', '\ufeffb\r\nc.x\r\n'],
  ['sets', '[ab]\n[!a]\n[]]\n[a-]\n[[:alpha:]]\n[^[:alnum:]]\n'],
  ['unclosed and invalid sets', '[a\n[z-a]\n[[:nothing:]]\n[\n\\\n'],
  ['question marks', '?\n??\na?b\n?/?\n'],
  ['a backslash in a set', '[\\]]\n[a\\-z]\n[\\'],
] as const)('ignore rules match like git: %s', (_name, text) => {
  for (const one of [text, ...text.split('\n').filter((line) => line !== '')])
    expectWithNote(ignoredByUs(one, PATHS), JSON.stringify(one)).toStrictEqual(ignoredByGit(one, PATHS));
});

it('ignore rules match like git for random patterns', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    'd',
    '.x',
    '*',
    '**',
    '?',
    '/',
    '!',
    '#',
    ' ',
    '\\',
    '[',
    ']',
    '[a-b]',
    '-',
    '^',
    '[:alpha:]',
    'é',
  );
  const line = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      const text = lines.join('\n');
      expect(ignoredByUs(text, PATHS)).toStrictEqual(ignoredByGit(text, PATHS));
    }),
    { seed: 11, numRuns: 400 },
  );
});

it('many double stars in a row match in linear time', () => {
  const rules = ignoreRules(`${'**/'.repeat(40)}nothing\n`);
  expectLinearTime((folders) => expect(rules('a/'.repeat(folders), false)).toBeUndefined(), 200);
});
