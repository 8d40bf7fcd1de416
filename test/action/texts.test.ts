import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { command, harmless } from '../../src/action/commands.ts';
import { block, code, details, link, plain, sentence, shortDigest, table } from '../../src/action/markdown.ts';
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

test('a secret is hidden also where JSON, Markdown or a URL writes it differently', () => {
  const secrets = new Secrets();
  const secret = 'gh_p"a\\ss|w@rd';
  secrets.add(secret);
  for (const text of [JSON.stringify({ secret }), plain(secret), code('gh_p"a\\ss|w@rd'), encodeURIComponent(secret)])
    assert.match(secrets.redact(text), /^\W*(secret":")?\*\*\*\W*$/, text);
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

test('what the runner trims away hides no command from us', () => {
  // .NET's TrimStart takes U+0085, which JavaScript does not call white space.
  for (const space of ['\u0085', '\u00a0', '\u2028', '\u200b', '\u0000', '\ufeff', ' \u0085\t'])
    assert.doesNotMatch(harmless(`${space}::set-output name=verdict::pass`), /^[\s\p{C}]*::/u);
});

test('a line of the log shows what it holds: colours, but nothing that moves or turns text', () => {
  assert.equal(harmless('\u001b[1;31mred\u001b[0m\tx'), '\u001b[1;31mred\u001b[0m\tx');
  assert.equal(harmless('\u001b[2Ka\bb\u202ec\u009b1A'), '\ufffd[2Ka\ufffdb\ufffdc\ufffd1A');
});

test('foreign text mentions nobody and closes nothing', () => {
  assert.equal(
    plain('Fixes #1, GH-2 and @acme/ops; closes https://x/y/issues/3'),
    'Fixes \\#\u200b1, GH-\u200b2 and @\u200bacme/ops; closes\u200b https://x/y/issues/3',
  );
});

test('a reference and an address in foreign text can be copied: only what could be a mention is broken', () => {
  assert.equal(
    plain('acme/shop@sha256:4be1, ada@example.com, (@ada)'),
    'acme/shop@sha256:4be1, ada@example.com, \\(@\u200bada\\)',
  );
});

test('no kind of line end breaks out of a line', () => {
  const evil = 'a\r\r![x](https://evil.example/x.png)\u2028b';
  for (const text of [plain(evil), code(evil)]) assert.doesNotMatch(text, /[\r\n\u2028]/);
  assert.equal(code('x\\|y'), '<code>x&#92;&#124;y</code>');
  assert.equal(code('a\u202eb'), '`a\ufffdb`');
});

test('a sentence keeps its code and makes text of what stands between', () => {
  assert.equal(
    sentence('Input `a_b*` got "<img src=x>" [x](y) ``odd'),
    'Input `a_b*` got "&lt;img src=x&gt;" \\[x\\]\\(y\\) \\`\\`odd',
  );
  assert.equal(sentence('one\n# two\r## three'), 'one<br>\\# two<br>\\#\\# three');
  assert.equal(sentence('`` a`b `` <b>'), '`` a`b `` &lt;b&gt;');
});

test('long runs of spaces and backticks cost no time', () => {
  const start = performance.now();
  for (const text of [' '.repeat(200_000), `x${' '.repeat(200_000)}y`, '`'.repeat(200_000), '` '.repeat(4000)])
    for (const write of [plain, code, sentence, harmless]) write(text);
  assert.ok(performance.now() - start < 2000);
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
