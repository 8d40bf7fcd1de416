import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeLogLine } from '../../src/core/escape-log-line.ts';
import { code, codeBlock, details, escapeMarkdown, escapeProse, link, table } from '../../src/core/markdown.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { editDistance, nearest } from '../../src/core/suggest.ts';
import { expectWithNote } from '../jest-support.ts';

test('a secret is hidden whole, line by line, and as Base64', () => {
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

test('of overlapping secrets the longer one is hidden first', () => {
  const secrets = new Secrets();
  secrets.add('pass');
  secrets.add('password');
  expect(secrets.redact('password')).toBe('***');
});

test('a secret is hidden also where JSON, Markdown or a URL writes it differently', () => {
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

test('very short values are not secrets: hiding them would blank out ordinary words', () => {
  const secrets = new Secrets();
  secrets.add('no');
  expect(secrets.redact('no news')).toBe('no news');
});

test('no foreign line is a command to the runner', () => {
  fc.assert(
    fc.property(fc.constantFrom('', ' ', '\t'), fc.constantFrom('::', '##['), fc.string(), (indent, start, rest) => {
      const line = escapeLogLine(`${indent}${start}${rest}`);
      expect(!line.trim().startsWith('::') && !line.includes('##[')).toBeTruthy();
    }),
    { seed: 1 },
  );
});

test('what the runner trims away hides no command from us', () => {
  // .NET's TrimStart takes U+0085, which JavaScript does not call white space.
  for (const space of ['\u0085', '\u00a0', '\u2028', '\u200b', '\u0000', '\ufeff', ' \u0085\t'])
    expect(escapeLogLine(`${space}::set-output name=verdict::pass`)).not.toMatch(/^[\s\p{C}]*::/u);
});

test('a line of the log shows what it holds: colours, but nothing that moves or turns text', () => {
  expect(escapeLogLine('\u001b[1;31mred\u001b[0m\tx')).toBe('\u001b[1;31mred\u001b[0m\tx');
  expect(escapeLogLine('\u001b[2Ka\bb\u202ec\u009b1A')).toBe('\ufffd[2Ka\ufffdb\ufffdc\ufffd1A');
});

test('foreign text mentions nobody and closes nothing', () => {
  expect(escapeMarkdown('Fixes #1, GH-2 and @acme/ops; closes https://x/y/issues/3')).toBe(
    'Fixes \\#\u200b1, GH-\u200b2 and @\u200bacme/ops; closes\u200b https://x/y/issues/3',
  );
});

test('a reference and an address in foreign text can be copied: only what could be a mention is broken', () => {
  expect(escapeMarkdown('acme/shop@sha256:4be1, ada@example.com, (@ada)')).toBe(
    'acme/shop@sha256:4be1, ada@example.com, \\(@\u200bada\\)',
  );
});

test('no kind of line end breaks out of a line', () => {
  const evil = 'a\r\r![x](https://evil.example/x.png)\u2028b';
  for (const text of [escapeMarkdown(evil), code(evil)]) expect(text).not.toMatch(/[\r\n\u2028]/);
  expect(code('x\\|y')).toBe('<code>x&#92;&#124;y</code>');
  expect(code('a\u202eb')).toBe('`a\ufffdb`');
});

test('a sentence keeps its code and makes text of what stands between', () => {
  expect(escapeProse('Input `a_b*` got "<img src=x>" [x](y) ``odd')).toBe(
    'Input `a_b*` got "&lt;img src=x&gt;" \\[x\\]\\(y\\) \\`\\`odd',
  );
  expect(escapeProse('one\n# two\r## three')).toBe('one<br>\\# two<br>\\#\\# three');
  expect(escapeProse('`` a`b `` <b>')).toBe('`` a`b `` &lt;b&gt;');
});

test('long runs of spaces and backticks cost no time', () => {
  const start = performance.now();
  for (const text of [' '.repeat(200_000), `x${' '.repeat(200_000)}y`, '`'.repeat(200_000), '` '.repeat(4000)])
    for (const write of [escapeMarkdown, code, escapeProse, escapeLogLine]) write(text);
  expect(performance.now() - start).toBeLessThan(2000);
});

test('foreign text in Markdown stays text', () => {
  expect(escapeMarkdown('<b>*x*</b> | @team `c`')).toBe('&lt;b&gt;\\*x\\*&lt;/b&gt; \\| @\u200bteam \\`c\\`');
  expect(code('a`b|c')).toBe('`` a`b\\|c ``');
  expect(codeBlock('x\n```\ny')).toBe('````\nx\n```\ny\n````');
  expect(link('a', undefined)).toBe('a');
  expect(link('a', 'https://x/y (1)')).toBe('[a](https://x/y%20%281%29)');
  expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
  expect(details('t<', 'body')).toBe('<details><summary>t&lt;</summary>\n\nbody\n\n</details>');
});

test('the nearest name is the one a person meant', () => {
  expect(nearest('kube-config', ['kubeconfig', 'contexts'])).toBe('kubeconfig');
  expect(nearest('dryrun', ['dry-run', 'draft'])).toBe('dry-run');
  expect(nearest('zebra', ['kubeconfig', 'contexts'])).toBeUndefined();
});

test('edit distance is a distance', () => {
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
