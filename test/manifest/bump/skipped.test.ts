import { describe, expect, test } from '@jest/globals';
import { bump, bumped } from '../harness.ts';

describe('skipped documents and values, with the reason', () => {
  const skipped = (text: string) =>
    bump(text, { image: 'acme/shop:2' }).skipped.map(({ line, reason: why }) => `${line}: ${why}`);

  test('templates of Helm and of shells', () => {
    expect(
      skipped(`kind: Pod
{{- if .Values.x }}
image: acme/shop:1
{{- end }}
`).join(),
    ).toMatch(/^2: looks like a template and is not valid YAML/);
    expect(skipped('a: 1\nimage: "acme/shop:{{ .Values.tag }}"\n')).toStrictEqual([
      '2: names acme/shop with a template expression',
    ]);
    expect(skipped('image: ghcr.io/acme/shop:${TAG}\n')).toStrictEqual([
      '1: names acme/shop with a template expression',
    ]);
  });

  test('a document with broken YAML, while the others of its file are bumped', () => {
    const text = `image: acme/shop:1
---
image: acme/shop:1
 bad: [
---
image: acme/shop:1
`;
    expect(skipped(text).join()).toMatch(/^\d: is not valid YAML: /);
    expect(bumped(text, { image: 'acme/shop:2' })).toBe(
      text.replace('shop:1', 'shop:2').replace(/shop:1\n$/, 'shop:2\n'),
    );
  });

  test('a document that is nested too deeply', () => {
    for (const depth of [1500, 50_000])
      expect(skipped(`image: acme/shop:1\na: ${'['.repeat(depth)}${']'.repeat(depth)}\n`).join()).toMatch(
        /is nested too deeply/,
      );
  });

  test('an alias bomb is not expanded, and its document is bumped', () => {
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefghijklmnop'
        .split('')
        .map((name, i) => `${name}: &${name} [*${'abcdefghijklmno'[i]}, *${'abcdefghijklmno'[i]}]`),
    ].join('\n');
    const text = `${bomb}\nimage: acme/shop:1\n`;
    expect(bumped(text, { image: 'acme/shop:2' })).toBe(text.replace('shop:1', 'shop:2'));
  });

  test('100 levels of nesting are not too deep', () => {
    const deep = Array.from({ length: 100 }, (_, i) => `${' '.repeat(i)}k${i}:`).join('\n');
    const text = `${deep}\n${' '.repeat(100)}image: acme/shop:1\n`;
    expect(bumped(text, { image: 'acme/shop:2' })).toBe(text.replace('shop:1', 'shop:2'));
  });
});
