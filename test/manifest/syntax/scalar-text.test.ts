import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { scalarText } from '../../../src/manifest/syntax/scalar-text.ts';
import { expectWithNote } from '../../jest-support.ts';
import { bumped } from '../harness.ts';

const values = (tag: string) =>
  `shop: {repository: acme/shop, pullPolicy: Always}
cart:
  repository: acme/shop
  tag: ${tag}
`;
const tagAfter = (tag: string, before = 'v1') =>
  /tag: (?<tag>.*)\n/.exec(bumped(values(before), { image: `acme/shop:${tag}` }))?.groups?.['tag'];

test('a tag that some parser reads as a number, a boolean, a date or null is quoted', () => {
  for (const tag of [
    '1',
    '1.10',
    '1.0',
    '1e3',
    '706798e8',
    '0x1',
    '0o17',
    '0b11',
    '007',
    '1_000',
    '0b-1',
    '0o-7',
    '0_b1',
    '0_x1f',
    '1e_-7',
    '2024-01-15',
    '2024-1-5',
  ])
    expectWithNote(tagAfter(tag), tag).toBe(`"${tag}"`);
  for (const tag of ['yes', 'No', 'on', 'OFF', 'y', 'n', 'true', 'False', 'null', 'Null'])
    expectWithNote(tagAfter(tag), tag).toBe(`"${tag}"`);
});

test('a tag that every parser reads as text stays plain', () => {
  for (const tag of [
    '1.4.2',
    'v1',
    '1.4.2-rc.1',
    'main',
    '4f5e6d7',
    'sha-1a2b',
    '2024-01-15-a',
    '1.2.3_4',
    'e0',
    '0x',
    '0b',
    '0o',
    'latest',
    '2024-01-15T10-20-30Z',
  ])
    expectWithNote(tagAfter(tag), tag).toBe(tag);
});

test.each([
  ['a prefix', (tag: string) => `spec: {source: {kustomize: {images: [shop=ghcr.io/acme/shop:${tag}]}}}`],
  [
    'a prefix, in a block list',
    (tag: string) => `spec:\n  source:\n    kustomize:\n      images:\n      - shop=ghcr.io/acme/shop:${tag}`,
  ],
  [
    'a registry with a port',
    (tag: string) => `spec: {source: {kustomize: {images: ["a=b", shop=ghcr.io/acme/shop:${tag}]}}}`,
  ],
])('text that every parser reads as it stands gets no quotes: %s', (_, text) => {
  const application = (tag: string) => `apiVersion: argoproj.io/v1alpha1\nkind: Application\n${text(tag)}\n`;
  expect(bumped(application('1.0.0'), { image: 'ghcr.io/acme/shop:2.0.0' })).toBe(application('2.0.0'));
});

/** A plain scalar of a block mapping and of a flow list that gets a text. */
function written(text: string, inFlow: boolean): string {
  const scalar = {
    kind: 'scalar',
    text: 'a:b',
    style: 'plain',
    span: [0, 0],
    anchor: undefined,
    tag: undefined,
    inFlow,
  } as const;
  return scalarText(text, scalar, {
    index: 0,
    text: '',
    offset: 0,
    root: undefined,
    shared: new Set(),
    json: false,
    holder: undefined,
  });
}

test('text gets quotes only if a plain scalar would end in it, or mean something else', () => {
  for (const text of [
    'a=b:1',
    '--img=a:1',
    '-a',
    'oci://a/b',
    '$a',
    '(a)',
    '~/a',
    'a#b',
    "it's",
    'a "b"',
    '<a',
    'a & b',
    'a%b',
    '1 2',
  ])
    expectWithNote(written(text, false), text).toBe(text);
  for (const text of [
    '',
    '-',
    '- a',
    '? a',
    '?a',
    ':a',
    ': a',
    'a: b',
    'a:',
    'a #b',
    '#a',
    '*a',
    '&a',
    '!a',
    '|',
    '>a',
    '%a',
    '@a',
    '`a',
    '"a',
    "'a",
    '{a',
    '[a',
    ',a',
    ' a',
    'a ',
    '---',
    '--- a',
    'é',
    'a\tb',
    '=',
    '<<',
    '~',
  ])
    expectWithNote(written(text, false), text).toBe(JSON.stringify(text));
  for (const text of ['a,b', 'a]', 'a}', '{{a}}', 'a?b'])
    expectWithNote(written(text, true), text).toBe(JSON.stringify(text));
});

test('a text without quotes reads as itself in YAML 1.1 and 1.2, in blocks and in flow lists', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab01.:#-=?,[]{}\'"$~ <>&*!|%@'), maxLength: 8 }),
      fc.boolean(),
      (text, inFlow) => {
        const plain = written(text, inFlow);
        if (plain.startsWith('"')) return;
        for (const version of ['1.1', '1.2'] as const)
          expect(parse(inFlow ? `[${plain}, 1]` : `k: ${plain}\n`, { version })).toStrictEqual(
            inFlow ? [text, 1] : { k: text },
          );
      },
    ),
    { numRuns: 2000 },
  );
});

test('existing quotes stay', () => {
  expect(tagAfter('1.5', '"1.4"')).toBe('"1.5"');
  expect(tagAfter('1.5', "'1.4'")).toBe("'1.5'");
  expect(tagAfter('v2', "'v1'")).toBe("'v2'");
  expect(tagAfter('v2', '"v\\x31"')).toBe('"v2"');
});

test('a value that was a number becomes text', () => {
  expect(tagAfter('1.5', '1.4')).toBe('"1.5"');
  expect(tagAfter('1.5.0', '1.4')).toBe('1.5.0');
});

test('JSON stays JSON', () => {
  const json = (tag: string) => `{"image": {"repository": "acme\\/shop", "tag": ${tag}}}`;
  expect(bumped(json('1.4'), { image: 'acme/shop:v2' })).toBe(json('"v2"'));
  expect(bumped(json('"v1"'), { image: 'acme/shop:2' })).toBe(json('"2"'));
});

test('inside braces, a plain reference that gets its first colon is quoted, for old parsers', () => {
  const pod = (image: string) => `{kind: Pod, spec: {containers: [{name: a, image: ${image}}]}}\n`;
  expect(bumped(pod('acme/shop'), { image: 'acme/shop:1.4.2', pin: 'tag' })).toBe(pod('"acme/shop:1.4.2"'));
  expect(bumped(pod('acme/shop:1.4.1'), { image: 'acme/shop:1.4.2' })).toBe(pod('acme/shop:1.4.2'));
});

test('an empty value is filled, with a space after its colon', () => {
  expect(bumped('repository: acme/shop\ntag: # none yet\n', { image: 'acme/shop:v1', pin: 'tag' })).toBe(
    'repository: acme/shop\ntag: v1 # none yet\n',
  );
  expect(bumped('{repository: acme/shop, tag: }\n', { image: 'acme/shop:v1', pin: 'tag' })).toBe(
    '{repository: acme/shop, tag: v1 }\n',
  );
  expect(
    bumped(
      `image:
  repository: acme/shop
  tag: ~
  digest: null
`,
      { image: 'acme/shop:v1', pin: 'tag' },
    ),
  ).toBe(`image:
  repository: acme/shop
  tag: v1
  digest: null
`);
});

test('YAML 1.1 and YAML 1.2 parsers read any new tag as that text', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}$/),
      fc.constantFrom('v1', '"v1"', "'v1'", '1.4'),
      (tag, before) => {
        const text = bumped(values(before), { image: `acme/shop:${tag}` });
        for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version }).cart.tag).toBe(tag);
      },
    ),
    { seed: 7, numRuns: 500 },
  );
});
