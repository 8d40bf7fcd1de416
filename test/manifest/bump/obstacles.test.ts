import { describe, expect, test } from '@jest/globals';
import { applyChanges } from '../../../src/manifest/changes/apply-changes.ts';
import { parseChanges } from '../../../src/manifest/changes/file-change.ts';
import { expectWithNote } from '../../jest-support.ts';
import { type BumpOptions, bump, bumped } from '../harness.ts';

const refusals = (text: string, options: BumpOptions) => bump(text, options).refused.map(({ reason }) => reason);

const list = (first: string, second: string) => `kind: List
items:
- kind: Pod
  spec: {containers: [${first}]}
- kind: Pod
  spec: {containers: [${second}]}
`;

describe('aliases', () => {
  test('fail refuses a value that aliases share, shared changes it everywhere', () => {
    const shared = / has a value that YAML aliases or merge keys share with other places$/;
    for (const text of [
      list('{name: a, image: &i acme/shop:1}', '{name: b, image: *i}'),
      list('&c {name: a, image: acme/shop:1}', '*c'),
      list('&c {name: a, image: acme/shop:1}', '{<<: *c, name: b}'),
      list('&c {name: a, image: acme/shop:1}', '{<<: [*c], name: b}'),
      `kind: Pod
x: &i acme/shop:1
spec: {containers: [{name: a, image: *i}]}
`,
      `kind: Pod
spec:
  containers: &c [{name: a, image: acme/shop:1}]
  initContainers: *c
`,
    ]) {
      const reasons = refusals(text, { image: 'acme/shop:2' });
      expectWithNote(reasons.length > 0 && reasons.every((one) => shared.test(one)), `${text}${reasons}`).toBeTruthy();
      const asked = { image: 'acme/shop:2', aliases: 'shared' } as const;
      expect(bumped(text, asked)).toBe(text.replace('acme/shop:1', 'acme/shop:2'));
      expect(
        bump(text, asked)
          .matched.flatMap(({ changes }) => changes)
          .every((change) => change.shared),
      ).toBeTruthy();
    }
  });

  test('detach writes the value out in place of the alias, or after the merge key', () => {
    const asked = { image: 'acme/shop:2', aliases: 'detach' } as const;
    for (const [before, after] of [
      ['x: &i acme/shop:1\nimage: *i # c\n', 'x: &i acme/shop:1\nimage: acme/shop:2 # c\n'],
      [
        `x: &i acme/shop:1
a: {image: *i }
b: {image: *i}
`,
        `x: &i acme/shop:1
a: {image: "acme/shop:2" }
b: {image: "acme/shop:2"}
`,
      ],
      ['x: &t "1"\na: {repository: acme/shop, tag: *t}\n', 'x: &t "1"\na: {repository: acme/shop, tag: "2"}\n'],
      [
        `x-c: &c {image: acme/shop:1}
services:
  a:
    <<: *c # d
    tty: true
  b: {<<: [*c], build: .}
`,
        `x-c: &c {image: acme/shop:1}
services:
  a:
    <<: *c # d
    image: acme/shop:2
    tty: true
  b: {<<: [*c], image: "acme/shop:2", build: .}
`,
      ],
    ] as const) {
      expect(bumped(before, asked)).toBe(after);
      expect(bumped(after, asked)).toBe(after);
    }
  });

  test('detach refuses the value that aliases refer to, and values inside it', () => {
    for (const text of [
      list('{name: a, image: &i acme/shop:1}', '{name: b, image: *i}'),
      list('&c {name: a, image: acme/shop:1}', '*c'),
    ])
      expect(refusals(text, { image: 'acme/shop:2', aliases: 'detach' }).join()).toMatch(
        /^items\[0\]\S+ is inside a value that YAML aliases refer to/,
      );
  });

  test('a detached value is detached in a newer version of the file too', async () => {
    const before = `x-c: &c {image: acme/shop:1}
x-i: &i acme/shop:1
services:
  a: {<<: *c}
  b: {image: *i}
`;
    const { matched, edited } = bump(before, { image: 'acme/shop:2', aliases: 'detach' });
    const changes = parseChanges(JSON.stringify(matched.flatMap((field) => field.changes)));
    expect(changes.map(({ path, old, beside }) => [path, old, beside])).toStrictEqual([
      ['services.a.image', '', '<<'],
      ['services.b.image', 'acme/shop:1', undefined],
    ]);
    const after = edited?.text ?? '';
    expect(after).toBe(before.replace('*c}', '*c, image: "acme/shop:2"}').replace('*i}', '"acme/shop:2"}'));
    expect(await applyChanges(`# newer\n${before}`, changes)).toStrictEqual({
      kind: 'applied',
      text: `# newer\n${after}`,
    });
    expect(await applyChanges(after, changes)).toStrictEqual({ kind: 'already-there' });
  });

  test('an anchor without aliases is no obstacle', () => {
    const text = list('&c {name: a, image: &i acme/shop:1}', '{name: b, image: acme/shop:1}');
    expect(bumped(text, { image: 'acme/shop:2' })).toBe(text.replaceAll('shop:1', 'shop:2'));
  });
});

describe('other obstacles', () => {
  test('a key that appears twice is refused', () => {
    expect(
      refusals('kind: Pod\nspec: {containers: [{image: acme/shop:1, name: a, image: acme/shop:0}]}', {
        image: 'acme/shop:2',
      }),
    ).toStrictEqual(['spec.containers[name=a].image has a key that appears twice']);
  });

  test('a block scalar is refused, folded or literal', () => {
    for (const style of ['>-', '|-'])
      expect(refusals(`image: ${style}\n  acme/shop:1\n`, { image: 'acme/shop:2' })).toStrictEqual([
        'image is written as a block scalar',
      ]);
  });

  test('a value with the YAML tag of a number is refused', () => {
    expect(refusals('image: {repository: acme/shop, tag: !!float 1.10}\n', { image: 'acme/shop:1.11' })).toStrictEqual([
      'image is tagged as !!float',
    ]);
  });

  test('a field that is current is never refused', () => {
    expect(
      refusals(list('{name: a, image: &i acme/shop:2}', '{name: b, image: *i}'), { image: 'acme/shop:2' }),
    ).toStrictEqual([]);
  });
});
