import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { locate } from '../../../src/manifest/syntax/locate.ts';
import { loadParser } from '../../../src/manifest/syntax/parse.ts';
import { formatPath, parsePath } from '../../../src/manifest/syntax/path.ts';
import { rootOf } from '../../../src/manifest/syntax/tree.ts';

const parser = await loadParser();

function found(text: string, path: string): string[] {
  const parsed = parser.parse({ index: 0, offset: 0, text });
  assert.equal(parsed.kind, 'parsed');
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

describe('paths lead to values', () => {
  test('by keys, by what an item is called, by index', () => {
    assert.deepEqual(found(steps, 'metadata.annotations["acme.io/image"]'), [
      'metadata.annotations["acme.io/image"] a:1',
    ]);
    assert.deepEqual(found(steps, 'spec.steps[name=test].image'), ['spec.steps[name=test].image c:1']);
    assert.deepEqual(found(steps, 'spec.steps[2].image'), ['spec.steps[2].image d:1']);
    assert.deepEqual(found(steps, 'spec.steps[image=b:1].name'), ['spec.steps[name=build].name build']);
  });

  test('by wildcards: items, values of a mapping, any depth', () => {
    assert.deepEqual(found(steps, 'spec.steps[*].image'), [
      'spec.steps[name=build].image b:1',
      'spec.steps[name=test].image c:1',
      'spec.steps[2].image d:1',
    ]);
    assert.deepEqual(found(steps, 'spec.tools.*.image'), ['spec.tools.lint.image e:1']);
    assert.equal(found(steps, '**.image').length, 4);
  });

  test('into the YAML text of a block scalar', () => {
    assert.deepEqual(found(steps, 'spec.text|image'), ['spec.text|image f:1']);
    assert.deepEqual(found(steps, 'spec.text|more[1]'), ['spec.text|more[1] 2']);
  });

  test('to nothing where a step has no place', () => {
    for (const path of [
      'spec.nothing',
      'kind.image',
      'spec.steps[9]',
      'spec.steps[name=x]',
      'kind|a',
      'spec.steps.image',
    ])
      assert.deepEqual(found(steps, path), [], path);
  });
});

test('what is no path is said with the part that is none', () => {
  for (const [path, rest] of [
    ['a..b', '..b'],
    ['.a', '.a'],
    ['a b', ' b'],
    ['a[', '['],
    ['a[x]', '[x]'],
    ['|a', '|a'],
    ['a["b]', '["b]'],
  ] as const)
    assert.throws(
      () => parsePath(path),
      { message: new RegExp(`"${rest.replace(/[^a-z]/g, '\\$&')}" is no step`) },
      path,
    );
  assert.throws(() => parsePath(''), /empty/);
});

test('a path that is written and read is the same path', () => {
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
      assert.deepEqual(parsePath(formatPath(path)), path);
    }),
    { seed: 3, numRuns: 1000 },
  );
});
