import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { command, harmless } from '../../src/action/commands.ts';
import { block, code, details, link, plain, shortDigest, table } from '../../src/action/markdown.ts';
import { Secrets } from '../../src/action/secrets.ts';
import { editDistance, nearest } from '../../src/action/suggest.ts';

test('a secret is hidden whole, line by line, and as Base64', () => {
  const masked: string[] = [];
  const secrets = new Secrets((value) => masked.push(value));
  secrets.add('line one\nline two');
  assert.deepEqual(masked, [
    'line one\nline two',
    'line one',
    'line two',
    Buffer.from('line one\nline two').toString('base64'),
  ]);
  assert.equal(secrets.redact('say: line two!'), 'say: ***!');
});

test('of overlapping secrets the longer one is hidden first', () => {
  const secrets = new Secrets();
  secrets.add('pass');
  secrets.add('password');
  assert.equal(secrets.redact('password'), '***');
});

test('very short values are not secrets: hiding them would blank out ordinary words', () => {
  const secrets = new Secrets();
  secrets.add('no');
  assert.equal(secrets.redact('no news'), 'no news');
});

test('workflow commands escape what would end them', () => {
  assert.equal(
    command('error', { title: 'a:b,c', file: undefined }, '50%\nmore'),
    '::error title=a%3Ab%2Cc::50%25%0Amore',
  );
});

test('no foreign line is a command to the runner', () => {
  fc.assert(
    fc.property(fc.constantFrom('', ' ', '\t'), fc.constantFrom('::', '##['), fc.string(), (indent, start, rest) => {
      const line = harmless(`${indent}${start}${rest}`);
      assert.ok(!line.trim().startsWith('::') && !line.includes('##['));
    }),
    { seed: 1 },
  );
});

test('foreign text in Markdown stays text', () => {
  assert.equal(plain('<b>*x*</b> | @team `c`'), '&lt;b&gt;\\*x\\*&lt;/b&gt; \\| @\u200bteam \\`c\\`');
  assert.equal(code('a`b|c'), '`` a`b\\|c ``');
  assert.equal(block('x\n```\ny'), '````\nx\n```\ny\n````');
  assert.equal(link('a', undefined), 'a');
  assert.equal(link('a', 'https://x/y (1)'), '[a](https://x/y%20%281%29)');
  assert.equal(table(['a', 'b'], [['1', '2']]), '| a | b |\n| --- | --- |\n| 1 | 2 |');
  assert.equal(details('t<', 'body'), '<details><summary>t&lt;</summary>\n\nbody\n\n</details>');
  assert.equal(shortDigest(`sha256:${'ab'.repeat(32)}`), 'sha256:abababababab…');
});

test('the nearest name is the one a person meant', () => {
  assert.equal(nearest('kube-config', ['kubeconfig', 'contexts']), 'kubeconfig');
  assert.equal(nearest('dryrun', ['dry-run', 'draft']), 'dry-run');
  assert.equal(nearest('zebra', ['kubeconfig', 'contexts']), undefined);
});

test('edit distance is a distance', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(editDistance(a, b), editDistance(b, a));
      assert.equal(editDistance(a, b) === 0, a === b);
      assert.ok(editDistance(a, b) <= Math.max(a.length, b.length));
    }),
    { seed: 1 },
  );
});
