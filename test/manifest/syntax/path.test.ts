import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { locate } from '../../../src/manifest/syntax/locate.ts';
import { loadParser } from '../../../src/manifest/syntax/parse.ts';
import { formatPath, parsePath } from '../../../src/manifest/syntax/path.ts';
import { rootOf } from '../../../src/manifest/syntax/tree.ts';
import { expectWithNote } from '../../jest-support.ts';

const parser = await loadParser();

function found(text: string, path: string): string[] {
  const parsed = parser.parse({ index: 0, offset: 0, text });
  expect(parsed.kind).toBe('parsed');
  const root = 'document' in parsed ? rootOf(parsed.document) : undefined;
  return locate(root, parsePath(path), parser).map(
    ({ node, path: at }) => `${formatPath(at)} ${'text' in node ? node.text : node.kind}`,
  );
}

const steps = `
kind: Pipeline
metadata: {annotations: {acme.io/image: "a:1"}}
spec:
  steps:
    - {name: build, image: b:1}
    - {name: test, image: c:1}
    - image: d:1
  tools: {lint: {image: e:1}}
  text: |
    image: f:1
    more: [1, 2]
`;

describe('a path leads', () => {
  test('to a value by keys, by the name of a list item, and by its index', () => {
    expect(found(steps, 'metadata.annotations["acme.io/image"]')).toStrictEqual([
      'metadata.annotations["acme.io/image"] a:1',
    ]);
    expect(found(steps, 'spec.steps[name=test].image')).toStrictEqual(['spec.steps[name=test].image c:1']);
    expect(found(steps, 'spec.steps[2].image')).toStrictEqual(['spec.steps[2].image d:1']);
    expect(found(steps, 'spec.steps[image=b:1].name')).toStrictEqual(['spec.steps[name=build].name build']);
  });

  test('with wildcards to all items, all values of a mapping, and any depth', () => {
    expect(found(steps, 'spec.steps[*].image')).toStrictEqual([
      'spec.steps[name=build].image b:1',
      'spec.steps[name=test].image c:1',
      'spec.steps[2].image d:1',
    ]);
    expect(found(steps, 'spec.tools.*.image')).toStrictEqual(['spec.tools.lint.image e:1']);
    expect(found(steps, '**.image').length).toBe(4);
  });

  test('into the YAML text of a block scalar', () => {
    expect(found(steps, 'spec.text|image')).toStrictEqual(['spec.text|image f:1']);
    expect(found(steps, 'spec.text|more[1]')).toStrictEqual(['spec.text|more[1] 2']);
  });

  test('to nothing if a step has no match', () => {
    for (const path of [
      'spec.nothing',
      'kind.image',
      'spec.steps[9]',
      'spec.steps[name=x]',
      'kind|a',
      'spec.steps.image',
    ])
      expectWithNote(found(steps, path), path).toStrictEqual([]);
  });
});

test('parsePath rejects a text that is not a path, and names the wrong part', () => {
  for (const [path, rest] of [
    ['a..b', '..b'],
    ['.a', '.a'],
    ['a b', ' b'],
    ['a[', '['],
    ['a[x]', '[x]'],
    ['|a', '|a'],
    ['a["b]', '["b]'],
  ] as const)
    expectWithNote(() => parsePath(path), path).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(new RegExp(`"${rest.replace(/[^a-z]/g, '\\$&')}" is not a step`)),
      }),
    );
  expect(() => parsePath('')).toThrow(/empty/);
});

test('parsePath reads what formatPath writes', () => {
  const words = fc.string({ minLength: 1, maxLength: 6 });
  const step = fc.oneof(
    words.map((key) => ({ kind: 'key', key }) as const),
    fc.nat(99).map((index) => ({ kind: 'index', index }) as const),
    words.map((value) => ({ kind: 'item', key: 'name', value }) as const),
    fc.constant({ kind: 'each' } as const),
    fc.constant({ kind: 'deep' } as const),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (path) => {
      expect(parsePath(formatPath(path))).toStrictEqual(path);
    }),
    { seed: 3, numRuns: 1000 },
  );
});
