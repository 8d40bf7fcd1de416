import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attributeRules } from '../../src/files/attributes.ts';
import { globs } from '../../src/files/glob.ts';
import { ignoreRules } from '../../src/files/ignore.ts';
import { expectWithNote } from '../jest-support.ts';
import { expectLinearTime } from '../processor-time.ts';

/** Patterns come from a commit: of `.gitignore`, of `.gitattributes`. Those of inputs are matched with paths of a commit. */

/** Patterns that make a matcher backtrack, with a path that almost matches. */
const HOSTILE: Readonly<Record<string, readonly [pattern: string, path: (length: number) => string]>> = {
  'stars between letters': [`${'*a'.repeat(20)}*b`, (length) => 'a'.repeat(length)],
  'stars between question marks': [`${'*?'.repeat(20)}*b`, (length) => 'a'.repeat(length)],
  'stars between sets': [`${'*[!b]'.repeat(20)}b`, (length) => 'a'.repeat(length)],
  'stars between ranges': [`${'*[a-c]'.repeat(20)}d`, (length) => 'abc'.repeat(length)],
  'double stars between folders': [`${'**/a/'.repeat(20)}b`, (length) => `${'a/'.repeat(length)}c`],
  'double stars between stars': [`${'**/*a*/'.repeat(20)}b`, (length) => `${'aa/'.repeat(length)}c`],
  'double stars in a row': [`${'**/'.repeat(40)}b`, (length) => `${'a/'.repeat(length)}c`],
  'triple stars': [`${'***a'.repeat(20)}b`, (length) => 'a'.repeat(length)],
  'double stars inside names': [`${'a**'.repeat(20)}b`, (length) => 'a'.repeat(length)],
};
/** Only globs of inputs have braces. */
const BRACES: typeof HOSTILE = {
  'stars in braces': [`${'{*,a}'.repeat(20)}b`, (length) => 'a'.repeat(length)],
  'the same option twice': [`${'{a,a}'.repeat(40)}b`, (length) => 'a'.repeat(length)],
  'empty options': [`${'{,a}'.repeat(40)}b`, (length) => 'a'.repeat(length)],
  'folders in braces': [`${'{**/,a/}'.repeat(20)}b`, (length) => `${'a/'.repeat(length)}c`],
};

describe('a path matches a hostile pattern in linear time', () => {
  for (const [name, [pattern, path]] of Object.entries({ ...HOSTILE, ...BRACES }))
    test(`glob of an input: ${name}`, () => {
      const matches = globs([pattern]);
      expectLinearTime((length) => expect(matches(path(length))).toBe(false), 200);
    });

  for (const [name, [pattern, path]] of Object.entries(HOSTILE)) {
    test(`ignore file: ${name}`, () => {
      const rules = ignoreRules(pattern);
      expectLinearTime((length) => expect(rules(path(length), false)).toBeUndefined(), 200);
    });
    test(`attributes file: ${name}`, () => {
      const rules = attributeRules([{ folder: '', text: `${pattern} filter=x\n` }]);
      expectLinearTime((length) => expect(rules(path(length)).size).toBe(0), 200);
    });
  }
});

describe('a hostile pattern is read in linear time', () => {
  for (const [name, pattern] of Object.entries<(length: number) => string>({
    'open brackets': (length) => '['.repeat(length),
    'open braces': (length) => '{'.repeat(length),
    'braces with brackets': (length) => '{['.repeat(length),
    'slashes at the end': (length) => `a${'/'.repeat(length)}`,
    'stars apart': (length) => '*a'.repeat(length),
    'open classes': (length) => '[[:'.repeat(length),
    'spaces inside': (length) => `a${' '.repeat(length)}b`,
    backslashes: (length) => '\\'.repeat(length),
    'a long set': (length) => `[${'a-z'.repeat(length)}]`,
    'short lines': (length) => 'a\n'.repeat(length),
  }))
    test(name, () => {
      expectLinearTime((length) => {
        globs([pattern(length)])('a');
        ignoreRules(pattern(length))('a', false);
        attributeRules([{ folder: '', text: `${pattern(length)} filter=x` }])('a');
      }, 1000);
    });
});

/** What a glob means, as a regular expression: correct, but slow for hostile ones. */
function asRegExp(pattern: string): RegExp {
  const source = (text: string): string =>
    text.replace(
      /\*\*\/|\/\*\*$|\*+|\?|\[([!^])?([^\]/]+)\]|\{([^{}]*)\}|[\\^$.|+()[\]{}]/gu,
      (token, not?: string, set?: string, options?: string) => {
        if (token === '**/') return '(?:[^/]+/)*';
        if (token === '/**') return '/.+';
        if (token.startsWith('*')) return token === '**' && text === '**' ? '.*' : '[^/]*';
        if (token === '?') return '[^/]';
        if (set !== undefined) return `[${not ? '^/' : ''}${set.replace(/[\\^[\]]/g, '\\$&')}]`;
        return options === undefined ? `\\${token}` : `(?:${options.split(',').map(source).join('|')})`;
      },
    );
  return new RegExp(`^${source(pattern)}$`, 'u');
}

test('globs mean what they mean as regular expressions', () => {
  const piece = fc.constantFrom(
    ...['a', 'b', '*', '**', '/', '/**', '**/', '?', '[', '[ab]', '[!a]', '[a-b]', ']', '{', '}', ',', '{a,b}'],
    ...['-', '.', '+', '^', 'ü', '{**,a}', '***', '\u{1f680}', 'x/'],
  );
  const text = (array: fc.Arbitrary<string[]>) => array.map((pieces) => pieces.join(''));
  const path = text(fc.array(fc.constantFrom('a', 'b', '/', 'ü', 'ab/', '.', '-', '[', '+', '\u{1f680}', 'x/')));
  const isPlain = (one: string) => !/^\.?\/|\/$|^!/.test(one);
  fc.assert(
    fc.property(text(fc.array(piece, { maxLength: 8 })).filter(isPlain), path, (pattern, given) => {
      const split = given.split('/').filter((part) => part !== '');
      let expected: boolean;
      try {
        expected = asRegExp(pattern).test(split.join('/'));
      } catch {
        expect(() => globs([pattern])).toThrow(RangeError);
        return;
      }
      expect(globs([pattern])(split.join('/'))).toBe(expected);
    }),
    { seed: 11, numRuns: 3000 },
  );
});

const NAMES = ['a', 'b', 'ab', 'ax', 'aab', '.x', 'a.x', 'é', ' ', 'a ', '#', '!a', '*', '-', ']', '[', '\\', '"'];
const PIECES = [
  ...['a', 'b', '.x', '*', '**', '***', '?', '/', '!', '#', ' ', '\\', '[', ']', '[a-b]', '[!a]', '[^b]', '[]]', '-'],
  ...['^', '[:alpha:]', '[[:alpha:]]', '[[:', 'é', '\r', '\t', '**/', '/**', '[a/b]', '[\\]]', '[a\\-z]', '\0'],
];
const paths = fc.array(
  fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }).map((names) => names.join('/')),
  { minLength: 20, maxLength: 20 },
);
const line = (pieces: readonly string[]) =>
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 }).map((chosen) => chosen.join(''));

describe('the same paths match as in git', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-patterns-'));
  execFileSync('git', ['init', '--quiet', folder]);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const git = (args: readonly string[], input: readonly string[]) =>
    spawnSync('git', ['-C', folder, ...args], { input: input.join('\0'), encoding: 'utf8' }).stdout.split('\0');

  const expectSameAsIgnored = (text: string, given: readonly string[]) => {
    writeFileSync(join(folder, '.gitignore'), text);
    const found = git(['check-ignore', '--no-index', '-v', '-n', '-z', '--stdin'], given);
    const rules = ignoreRules(text);
    for (const [index, path] of given.entries()) {
      const pattern = found[4 * index + 2] ?? '';
      const parts = path.split('/');
      const isIgnored = parts.some(
        (_, i) => rules(parts.slice(0, i + 1).join('/'), i < parts.length - 1) === 'ignored',
      );
      const note = `${JSON.stringify(text)} ${JSON.stringify(path)}`;
      expectWithNote(isIgnored, note).toBe(pattern !== '' && !pattern.startsWith('!'));
    }
  };

  const expectSameAttributes = (text: string, given: readonly string[]) => {
    writeFileSync(join(folder, '.gitattributes'), text);
    const found = git(['check-attr', '-z', '--stdin', 'filter'], given);
    const rules = attributeRules([{ folder: '', text }]);
    for (const [index, path] of given.entries()) {
      const value = found[3 * index + 2];
      const note = `${JSON.stringify(text)} ${JSON.stringify(path)}`;
      expectWithNote(rules(path).get('filter'), note).toBe(value === 'unspecified' ? undefined : value);
    }
  };

  test.each([
    'a**/b', // what follows the literal start of a pattern counts as its start
    '/a**',
    'a**\\/b',
    '**\\/b',
    'a/**\\/b',
    '[a]**/b',
    'a\\',
    'a\r\r',
    'a\\ ',
    'a\0b',
  ])('in an ignore file: %j', (text) => {
    const given = ['a/b', 'a/x/b', 'ab', 'ax/b', 'ax/y/b', 'b', 'x/b', 'a', 'a ', 'a\r'];
    expectSameAsIgnored(text, given);
  });

  test.each([
    '"a b" filter=x',
    '"a\\tb"filter=x',
    '"\\303\\251" filter=x',
    '"a\\-b" filter=x',
    '"a filter=x',
    '* filter=x b=1 ![a] -c',
    '* filter=x =',
    '* --filter filter=x',
    `${'a'.repeat(2031)}* filter=x\n* filter=y`,
    `* filter=x ${'a'.repeat(2050)}`,
    `* filter=x ${'a'.repeat(2036)}`,
    '[attr]',
    '/a** filter=x',
  ])('in an attributes file: %j', (text) => {
    expectSameAttributes(text, ['a b', 'a\tb', 'é', '"a', 'a-b', '"a\\-b"', 'ab/c', '[attr]', 'a'.repeat(2031)]);
  });

  test('random lines of an ignore file', () => {
    const text = fc.array(line(PIECES), { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
    fc.assert(fc.property(text, paths, expectSameAsIgnored), { seed: 11, numRuns: 150 });
  });

  test('random lines of an attributes file, some in quotes', () => {
    const ofAttributes = [...PIECES.filter((piece) => piece !== '\0'), '"', '\\"', '\\n', '\\303\\251', '\\t'];
    const text = fc
      .tuple(line(ofAttributes), fc.constantFrom('"', ''))
      .map(([pattern, quote]) => `${quote}${pattern}${quote} filter=yes\n`);
    fc.assert(fc.property(text, paths, expectSameAttributes), { seed: 11, numRuns: 150 });
  });
});
