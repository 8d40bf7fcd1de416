import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { code, escapeMarkdown } from '../../src/core/markdown.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { expectWithNote } from '../jest-support.ts';
import { expectLinearTime } from '../processor-time.ts';

/** A registered secret is hidden in whatever way a text writes it. */

const bytes = (secret: string, write: (byte: number) => string) => [...Buffer.from(secret)].map(write).join('');
const hex2 = (byte: number) => byte.toString(16).padStart(2, '0');
const percent = (secret: string) =>
  encodeURIComponent(secret).replace(/[!'()*]/g, (sign) => `%${hex2(sign.charCodeAt(0)).toUpperCase()}`);
const units = (secret: string, write: (unit: string) => string) =>
  secret
    .split('')
    .map((unit) => write(unit.charCodeAt(0).toString(16).padStart(4, '0')))
    .join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

const ENCODINGS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'Base64 with padding': base64,
  'Base64 without padding': (secret) => base64(secret).replace(/=+$/, ''),
  base64url: (secret) => Buffer.from(secret).toString('base64url'),
  'Base64 of a text, the first alignment': (secret) => base64(`ada${secret}...`),
  'Base64 of a text, the second alignment': (secret) => base64(`ada:${secret}@x`),
  'Base64 of a text, the third alignment': (secret) => base64(`login${secret}`),
  'base64url of a text': (secret) => Buffer.from(`{"a":"${secret}"}`).toString('base64url'),
  'Base64 of JSON': (secret) => base64(JSON.stringify({ password: secret, user: 'ada' })),
  'Base64 in lines of 76 characters': (secret) =>
    base64(`${'x'.repeat(51)}${secret}${'y'.repeat(40)}`).replace(/.{76}/g, '$&\n'),
  'Base64 in a URL': (secret) => encodeURIComponent(base64(`ada:${secret}`)),
  'percent encoding': encodeURIComponent,
  'percent encoding in lower case': (secret) =>
    encodeURIComponent(secret).toLowerCase().replace(secret.toLowerCase(), secret),
  'percent encoding of every special character': percent,
  'percent encoding of everything': (secret) => bytes(secret, (byte) => `%${hex2(byte)}`),
  'percent encoding, twice': (secret) => encodeURIComponent(percent(secret)),
  'an HTML form': (secret) => new URLSearchParams({ secret }).toString(),
  'a URL': (secret) => `https://ada:${percent(secret)}@git.example/`,
  JSON: (secret) => JSON.stringify({ secret }),
  'JSON in JSON': (secret) => JSON.stringify({ body: JSON.stringify({ secret }) }),
  'JSON with slashes escaped': (secret) => JSON.stringify({ secret }).replaceAll('/', '\\/'),
  'JSON in a URL': (secret) => `?q=${encodeURIComponent(JSON.stringify({ secret }))}`,
  '\\u escapes': (secret) => units(secret, (unit) => `\\u${unit}`),
  '\\u escapes in upper case': (secret) => units(secret, (unit) => `\\u${unit.toUpperCase()}`),
  '\\u escapes of special characters': (secret) => secret.replace(/\W/g, (sign) => units(sign, (unit) => `\\u${unit}`)),
  '\\u escapes in JSON': (secret) => JSON.stringify({ a: units(secret, (unit) => `\\u${unit}`) }),
  '\\x escapes': (secret) => secret.replace(/[^\w\u0080-\uffff]/g, (sign) => `\\x${hex2(sign.charCodeAt(0))}`),
  'octal escapes': (secret) =>
    secret.replace(/[^\w\u0080-\uffff]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`),
  'HTML entities': (secret) =>
    secret.replace(
      /[&<>"']/g,
      (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[sign] ?? '',
    ),
  'decimal HTML entities': (secret) => [...secret].map((sign) => `&#${sign.codePointAt(0)};`).join(''),
  'hexadecimal HTML entities': (secret) =>
    [...secret].map((sign) => `&#x${sign.codePointAt(0)?.toString(16)};`).join(''),
  'Markdown text': escapeMarkdown,
  'Markdown code': code,
  'Markdown in JSON': (secret) => JSON.stringify(escapeMarkdown(secret)),
  'single quotes of a shell': (secret) => `'${secret.replaceAll("'", "'\\''")}'`,
  'single quotes of a shell, the other way': (secret) => `'${secret.replaceAll("'", `'"'"'`)}'`,
  'double quotes of a shell': (secret) => `"${secret.replace(/[$`"\\!]/g, '\\$&')}"`,
  'backslashes of a shell': (secret) => secret.replace(/[^\w\u0080-\uffff]/g, '\\$&'),
  'single quotes of YAML': (secret) => `'${secret.replaceAll("'", "''")}'`,
  CSV: (secret) => `"${secret.replaceAll('"', '""')}"`,
  hexadecimal: (secret) => bytes(secret, hex2),
  'a Docker config in a Secret of Kubernetes': (secret) => base64(JSON.stringify({ auth: base64(`ada:${secret}`) })),
  'Base64 of Base64': (secret) => base64(base64(secret)),
  'a command that PowerShell encodes': (secret) => Buffer.from(`login ${secret}`, 'utf16le').toString('base64'),
  'an HTML form with escaped plus signs': (secret) => percent(secret).replaceAll('%20', '+'),
  '\\U escapes': (secret) =>
    [...secret].map((sign) => `\\U${sign.codePointAt(0)?.toString(16).padStart(8, '0')}`).join(''),
  'bytes as Go prints them': (secret) => `[${[...Buffer.from(secret)].join(' ')}]`,
  'bytes as Node prints them': (secret) => `<Buffer ${[...Buffer.from(secret)].map(hex2).join(' ')}>`,
  'bytes in JSON': (secret) => JSON.stringify(Buffer.from(secret)),
  'bytes as C writes them': (secret) => [...Buffer.from(secret)].map((byte) => `0x${hex2(byte)}`).join(', '),
  'bytes as openssl prints them': (secret) => [...Buffer.from(secret)].map(hex2).join(':'),
  'hexadecimal in upper case': (secret) => bytes(secret, hex2).toUpperCase(),
};

const SECRETS = [
  'hunter2-hunter2',
  'p@ss/w+rd=%&"quoted"',
  "it's a <s3cret> | $HOME\\x",
  'grün~ключ🔑-12',
  'a`b*c_d[e](f)#g!h',
  '100%41sure\\u0041',
];

describe.each(SECRETS)('the secret %s', (secret) => {
  it.each(Object.entries(ENCODINGS))('is hidden in %s', (name, encode) => {
    // Lower-casing also changes the letters of the secret.
    const value = name === 'percent encoding in lower case' ? secret.toLowerCase() : secret;
    const secrets = new Secrets();
    secrets.add(value);
    const written = encode(value);
    const shown = secrets.redact(`before ${written} after`);
    expectWithNote(shown, written).toMatch(/^before .*\*\*\*.* after$/s);
    // What is left is what surrounded it, and at most a few characters of Base64 that the neighbors share with it.
    expectWithNote(shown.length, written).toBeLessThanOrEqual('before *** after'.length + encode('').length + 8);
  });
});

describe('secrets', () => {
  const redact = (text: string, ...all: readonly string[]) => {
    const secrets = new Secrets();
    for (const one of all) secrets.add(one);
    return secrets.redact(text);
  };

  it('that overlap in a text are hidden completely', () => {
    expect(redact('x abcdefghi y', 'abcdef', 'defghi')).toBe('x *** y');
    expect(redact('x password y', 'pass', 'password', 'word')).toBe('x *** y');
    expect(redact('aaaaaaaab', 'aaaaa')).toBe('***b');
  });

  it('of several lines are hidden line by line, whatever ends the lines', () => {
    const key = 'first-line-1\r\nsecond-line-2\nthird-line-3';
    for (const text of [
      'a second-line-2 b',
      'third-line-3',
      JSON.stringify(key),
      key.replaceAll('\n', ' '),
      base64(key),
    ])
      expectWithNote(redact(text, key), text).not.toMatch(/-line-|bGluZS/);
  });

  it('hide no ordinary word: words of fewer than 4 letters, booleans', () => {
    expect(redact('no news, true and null', 'no', 'true', 'null')).toBe('no news, true and null');
    expect(redact('{"a":true}', 'true')).toBe('{"a":true}');
  });

  it('leave other texts alone', () => {
    const text = `ghcr.io/acme/shop@sha256:${'4be1f5a0'.repeat(8)} 100% \\n &amp; ''`;
    expect(redact(text, 'hunter2-hunter2', 'pass', 'first\nsecond')).toBe(text);
  });

  it('hide the bits that Base64 shares with its neighbors, but no more', () => {
    expect(redact(`Basic ${base64('ada:hunter2-hunter2')}, next`, 'hunter2-hunter2')).toBe('Basic YWRhO***, next');
    expect(JSON.parse(redact(JSON.stringify(`\n${base64('hunter2-hunter2')}`), 'hunter2-hunter2'))).toBe('\n***');
  });

  it('in JSON leave JSON of the same shape', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\\', '"', '\n', '%', '5', 'c', "'", '&', ';') });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (all, between) => {
        const secrets = new Secrets();
        for (const one of all) secrets.add(one);
        const value = [all.join(between), { [between]: all }];
        const clean: unknown = JSON.parse(secrets.redactJson(JSON.stringify(value)));
        expect(clean).toMatchObject([expect.any(String), expect.any(Object)]);
        const [first] = Array.isArray(clean) ? clean : [];
        for (const one of all) if (one.trim().length >= 4) expect(first).not.toContain(one);
      }),
      { seed: 11 },
    );
  });

  it('are hidden in linear time', () => {
    const secrets = new Secrets();
    for (const secret of [`${'a'.repeat(2000)}b`, 'hunter2-hunter2', "it's", `a${'%41'.repeat(50)}`, 'a b'])
      secrets.add(secret);
    for (const piece of ['a', '%61', '\\', '\\\\u0061', '&amp;', '%25', "''", 'YWFh', 'YWFh\n', '+', 'hunter2-hunter2'])
      expectLinearTime((size) => secrets.redact(piece.repeat(size)), 6_000);
  });
});
