import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { closestMatch, editDistance } from '../../src/core/closest-match.ts';
import { escapeLogLine } from '../../src/core/escape-log-line.ts';
import { code, codeBlock, details, escapeMarkdown, escapeProse, link, table } from '../../src/core/markdown.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { expectWithNote } from '../jest-support.ts';
import { expectLinearTime } from '../processor-time.ts';

test('a secret is redacted as a whole, line by line, and in Base64', () => {
  const masked: string[] = [];
  const secrets = new Secrets((value) => masked.push(value));
  secrets.add('line one\nline two');
  expect(masked).toStrictEqual([
    'line one\nline two',
    'line one',
    'line two',
    Buffer.from('line one\nline two').toString('base64'),
  ]);
  expect(secrets.redact('say: line two!')).toBe('say: ***!');
});

test('the longer one of two overlapping secrets is redacted first', () => {
  const secrets = new Secrets();
  secrets.add('pass');
  secrets.add('password');
  expect(secrets.redact('password')).toBe('***');
});

test('a secret is redacted in its JSON, Markdown and URL encodings', () => {
  const secrets = new Secrets();
  const secret = 'gh_p"a\\ss|w@rd';
  secrets.add(secret);
  for (const text of [
    JSON.stringify({ secret }),
    escapeMarkdown(secret),
    code('gh_p"a\\ss|w@rd'),
    encodeURIComponent(secret),
  ])
    expectWithNote(secrets.redact(text), text).toMatch(/^\W*(secret":")?\*\*\*\W*$/);
});

test('a value of fewer than 4 characters is not redacted', () => {
  const secrets = new Secrets();
  secrets.add('no');
  expect(secrets.redact('no news')).toBe('no news');
});

test('an escaped line is never a workflow command', () => {
  fc.assert(
    fc.property(fc.constantFrom('', ' ', '\t'), fc.constantFrom('::', '##['), fc.string(), (indent, start, rest) => {
      const line = escapeLogLine(`${indent}${start}${rest}`);
      expect(!line.trim().startsWith('::') && !line.includes('##[')).toBeTruthy();
    }),
    { seed: 1 },
  );
});

test('a workflow command after characters that the runner trims is escaped', () => {
  // .NET's TrimStart trims U+0085, which isn't white space in JavaScript.
  for (const space of ['\u0085', '\u00a0', '\u2028', '\u200b', '\u0000', '\ufeff', ' \u0085\t'])
    expect(escapeLogLine(`${space}::set-output name=verdict::pass`)).not.toMatch(/^[\s\p{C}]*::/u);
});

test('an escaped line keeps its colors, but no sequences that move the cursor or change the text direction', () => {
  expect(escapeLogLine('\u001b[1;31mred\u001b[0m\tx')).toBe('\u001b[1;31mred\u001b[0m\tx');
  expect(escapeLogLine('\u001b[2Ka\bb\u202ec\u009b1A')).toBe('\ufffd[2Ka\ufffdb<U+202E>c\ufffd1A');
});

test('escaped Markdown mentions nobody and closes no issue', () => {
  expect(escapeMarkdown('Fixes #1, GH-2 and @acme/ops; closes https://x/y/issues/3')).toBe(
    'Fixes \\#\u200b1, GH-\u200b2 and @\u200bacme/ops; closes\u200b https://x/y/issues/3',
  );
});

test('image references and e-mail addresses in escaped Markdown stay copyable', () => {
  expect(escapeMarkdown('acme/shop@sha256:4be1, ada@example.com, (@ada)')).toBe(
    'acme/shop@sha256:4be1, ada@example.com, \\(@\u200bada\\)',
  );
});

test('escaped Markdown and inline code stay on one line', () => {
  const evil = 'a\r\r![x](https://evil.example/x.png)\u2028b';
  for (const text of [escapeMarkdown(evil), code(evil)]) expect(text).not.toMatch(/[\r\n\u2028]/);
  expect(code('x\\|y')).toBe('<code>x&#92;&#124;y</code>');
  expect(code('a\u202eb')).toBe('`a<U+202E>b`');
});

test('escapeProse keeps code spans and escapes the text between them', () => {
  expect(escapeProse('Input `a_b*` got "<img src=x>" [x](y) ``odd')).toBe(
    'Input `a_b*` got "&lt;img src=x&gt;" \\[x\\]\\(y\\) \\`\\`odd',
  );
  expect(escapeProse('one\n# two\r## three')).toBe('one<br>\\# two<br>\\#\\# three');
  expect(escapeProse('`` a`b `` <b>')).toBe('`` a`b `` &lt;b&gt;');
});

test('long runs of spaces and backticks are escaped in linear time', () => {
  for (const write of [escapeMarkdown, code, escapeProse, escapeLogLine])
    for (const text of [' ', '`', '` '])
      expectLinearTime((size) => {
        write(text.repeat(size));
        write(`x${text.repeat(size)}y`);
      }, 12_500);
});

test('the Markdown helpers show foreign text as text', () => {
  expect(escapeMarkdown('<b>*x*</b> | @team `c`')).toBe('&lt;b&gt;\\*x\\*&lt;/b&gt; \\| @\u200bteam \\`c\\`');
  expect(code('a`b|c')).toBe('`` a`b\\|c ``');
  expect(codeBlock('x\n```\ny')).toBe('````\nx\n```\ny\n````');
  expect(link('a', undefined)).toBe('a');
  expect(link('a', 'https://x/y (1)')).toBe('[a](https://x/y%20%281%29)');
  expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
  expect(details('t<', 'body')).toBe('<details><summary>t&lt;</summary>\n\nbody\n\n</details>');
});

test('the closest match of a misspelled name is found, and of an unrelated word none', () => {
  expect(closestMatch('kube-config', ['kubeconfig', 'contexts'])).toBe('kubeconfig');
  expect(closestMatch('dryrun', ['dry-run', 'draft'])).toBe('dry-run');
  expect(closestMatch('zebra', ['kubeconfig', 'contexts'])).toBeUndefined();
});

test('the edit distance is symmetric, 0 only for equal words, and at most the longer length', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
    { seed: 1 },
  );
});
