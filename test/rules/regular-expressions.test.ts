import { expect, test } from '@jest/globals';
import { processorTime } from '../processor-time.ts';
import { sourcesBelow } from './sources.ts';

/**
 * A text from outside may be long and hostile. A regular expression that scans the same characters again and again takes minutes for a
 * megabyte of them, and nothing else happens meanwhile. This test tries each one on repeats of what it could match.
 */

interface Literal {
  readonly path: string;
  readonly source: string;
  readonly flags: string;
}

/** They read what the author of the workflow writes, or what an earlier check keeps short. */
const SHORT_TEXTS: readonly string[] = [
  'src/actions/build-image/tags/rule.ts',
  'src/actions/build-image/layers/collect.ts',
];

const LITERAL =
  /(?<=(?:[(,=:[!&|?{;]\s*|return |=> ))\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)(?=\s*[),;.:\]}?]|$)/gm;

const literals = sourcesBelow('src').flatMap(({ path, text }): Literal[] =>
  [...text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').matchAll(LITERAL)].map(([, source = '', flags = '']) => ({
    path,
    source,
    flags,
  })),
);

/** In characters. Quadratic work takes 50 ms or more for so many; linear work takes a fraction of one. */
const LENGTH = 12_000;
/** In ms of the processor. */
const MOST = 30;

const REPEATED = [
  ' ',
  '\n',
  'a',
  '0',
  '/',
  '"',
  '\\"',
  '.',
  '-',
  ':',
  ',',
  '=',
  '@',
  '<',
  '_',
  '{',
  '[',
  '(',
  'a ',
  'a.',
];

/** Repeats of common characters and of the words of the expression itself, also after such a word. */
function attacks({ source }: Literal): string[] {
  const words = (source.replaceAll(/\\[a-zA-Z]/g, ' ').match(/[A-Za-z][\w-]+/g) ?? []).slice(0, 4);
  const pieces = [...REPEATED, ...words.flatMap((word) => [word, `${word} `])];
  return pieces.flatMap((piece) => {
    const repeats = piece.repeat(LENGTH / piece.length);
    return [`${repeats}\0`, `"${repeats}\n\0`, ...words.slice(0, 2).map((word) => `${word}${repeats}\0`)];
  });
}

function time({ source, flags }: Literal, text: string): number {
  // A sticky expression is tried in one place only.
  const expression = new RegExp(source, flags.includes('y') ? flags.replace('g', '') : `${flags.replace('g', '')}g`);
  const start = processorTime();
  text.replace(expression, '');
  return processorTime() - start;
}

test('the regular expressions of the sources are found', () => {
  expect(literals.length).toBeGreaterThan(250);
});

test('a regular expression takes no quadratic time', () => {
  const slow = literals
    .filter(({ path }) => !SHORT_TEXTS.includes(path))
    .flatMap((literal) => {
      // Once may be noise: the garbage collector, or the compiler.
      const text = attacks(literal).find((one) => [1, 2, 3].every(() => time(literal, one) > MOST));
      return text === undefined
        ? []
        : [`${literal.path}: /${literal.source}/ on ${JSON.stringify(text.slice(0, 20))}…`];
    });
  expect(slow).toStrictEqual([]);
});

test('what the test would find', () => {
  const quadratic: Literal = { path: '', source: '\\s*$', flags: '' };
  expect(attacks(quadratic).some((text) => time(quadratic, text) > MOST)).toBe(true);
});
