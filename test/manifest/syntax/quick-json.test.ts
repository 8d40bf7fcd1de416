import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Prefilter } from '../../../src/manifest/files/prefilter.ts';
import { loadParser, loadYamlParser } from '../../../src/manifest/syntax/parse.ts';
import { quickJson } from '../../../src/manifest/syntax/quick-json.ts';
import { bumped, SHOP } from '../harness.ts';

const library = await loadYamlParser();

describe('the quick reader of JSON', () => {
  test('makes the tree that the YAML library makes', () => {
    const object = fc.oneof(
      fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 })),
      fc.array(fc.jsonValue()),
    );
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const parsed = library.parse({ index: 0, offset: 0, text });
        const root = quickJson(text);
        // What the library can't read, or reads as YAML, is left to it.
        if (root && parsed.kind === 'parsed') expect(root).toStrictEqual(parsed.document.root);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    '{"a": 1,}',
    '{a: 1}',
    "{'a': 1}",
    '{"a": 01}',
    '{"a": "b\nc"}',
    '["\\x"]',
    '{} {}',
    '{"a":\t1}',
    '{"a" 1}',
    '[1 2]',
    '{"a": ~}',
    '{',
    '',
  ])('leaves everything else to the library: %j', (text) => {
    expect(quickJson(text)).toBeUndefined();
  });
});

/** One line of JSON with many objects, of which some have the shop's image. */
function listOf(count: number): string {
  const items = Array.from({ length: count }, (_, i) => ({
    kind: 'Pod',
    metadata: { name: `p${i}` },
    spec: {
      containers: [
        { name: 'c', image: i % 1000 === 0 ? `${SHOP}:1.0.0` : `ghcr.io/acme/other:${i}`, args: ['x'.repeat(40)] },
      ],
    },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

test('of large JSON, only what is searched is kept whole, with the same result', async () => {
  const text = listOf(10_000);
  const parser = await loadParser(new Prefilter(['shop']));
  const parsed = parser.parse({ index: 0, offset: 0, text });
  const whole = await loadParser();
  const all = whole.parse({ index: 0, offset: 0, text });
  const sizeOf = (value: unknown) => JSON.stringify(value).length;
  expect([parsed.kind, all.kind]).toStrictEqual(['parsed', 'parsed']);
  if (parsed.kind === 'parsed' && all.kind === 'parsed')
    expect(sizeOf(parsed.document.root)).toBeLessThan(sizeOf(all.document.root) / 4);
  expect(bumped(text, { image: `${SHOP}:2.0.0` })).toBe(text.replaceAll('shop:1.0.0', 'shop:2.0.0'));
});
