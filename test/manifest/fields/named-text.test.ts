import { describe, expect, test } from '@jest/globals';
import { namedField } from '../../../src/manifest/fields/named-fields.ts';
import { formatPath } from '../../../src/manifest/syntax/path.ts';
import { bump, bumped, digest, SHOP } from '../harness.ts';

const POD = `kind: Pod
spec:
  containers:
  - name: log
    image: busybox:1
  - name: shop
    args: ["--img=${SHOP}:1.0.0", --v=1.0.0, "${digest('1')}", "${'1'.repeat(64)}", 'use ${SHOP}:1.0.0 now']
`;

describe('the path of a named field', () => {
  test.each([
    ['our own form', 'spec.containers[name=shop].image', 'spec.containers[name=shop].image'],
    ['JSONPath', '$.spec.containers[0].image', 'spec.containers[0].image'],
    ['JSONPath with brackets', `$['spec']["containers"][0]['image']`, 'spec.containers[0].image'],
    ['JSONPath with a filter', `$.spec.containers[?(@.name=='shop')].image`, 'spec.containers[name=shop].image'],
    ['JSONPath at any depth', '$.spec..image', 'spec.**.image'],
    ['JSONPath at any depth of the document', '$..image', '**.image'],
    ['JSON Pointer', '/spec/containers/0/image', 'spec.containers[0].image'],
    [
      'JSON Pointer with a slash in a key',
      '/metadata/annotations/acme.io~1image',
      'metadata.annotations["acme.io/image"]',
    ],
    ['JSON Pointer with the name of an item', '/spec/containers/[name=shop]/image', 'spec.containers[name=shop].image'],
    ['yq', '.spec.containers[].image', 'spec.containers[*].image'],
    ['kustomize', 'spec.containers.[name=shop].image', 'spec.containers[name=shop].image'],
    ['an index after a dot', 'spec.containers.0.image', 'spec.containers[0].image'],
    ['blanks in brackets', 'spec.containers[ name = shop ].image', 'spec.containers[name=shop].image'],
  ])('may be written as in %s', (_, path, ours) => {
    expect(formatPath(namedField.parse(`Pod:${path}`).path)).toBe(ours);
    for (const line of [`*:${path}=${SHOP}`, `* : ${path} = ${SHOP}`, `*:${path}= ${SHOP}`]) {
      const field = namedField.parse(line);
      expect([formatPath(field.path), field.image?.repository]).toStrictEqual([ours, 'acme/shop']);
    }
  });

  test('may have a number as a key', () => {
    const text = 'kind: Map\nversions: {"1": {image: "ghcr.io/acme/shop:1"}}\n';
    for (const path of ['versions.1.image', '/versions/1/image'])
      expect(bumped(text, { image: `${SHOP}:2`, kinds: ['compose'], fields: [`Map:${path}`] })).toBe(
        text.replace('shop:1', 'shop:2'),
      );
  });
});

describe('a named field inside a text', () => {
  test.each([
    ['a reference', 'args[0]: --img={image}', `--img=${SHOP}:1.0.0`, `--img=${SHOP}:2.0.0`],
    ['a reference between words', 'args[4]: use {image} now', `use ${SHOP}:1.0.0 now`, `use ${SHOP}:2.0.0 now`],
    ['a tag', `args[1]: --v={tag} = ${SHOP}`, '--v=1.0.0', '--v=2.0.0'],
  ])('is changed, and nothing around it: %s', (_, line, before, after) => {
    const fields = [`Pod:spec.containers[name=shop].${line}`];
    expect(bumped(POD, { image: `${SHOP}:2.0.0`, fields })).toBe(POD.replace(before, after));
  });

  test.each([
    ['with its algorithm', `args[2]: {digest} = ${SHOP}`, digest('1'), digest('2')],
    ['with its algorithm, without a pattern', `args[2] = ${SHOP}`, digest('1'), digest('2')],
    ['as bare hex', `args[3]: {digest} = ${SHOP}`, `"${'1'.repeat(64)}"`, `"${'2'.repeat(64)}"`],
    ['as bare hex, without a pattern', `args[3]=${SHOP}`, `"${'1'.repeat(64)}"`, `"${'2'.repeat(64)}"`],
  ])('is changed if it is a digest: %s', (_, line, before, after) => {
    const fields = [`Pod:spec.containers[name=shop].${line}`];
    expect(bumped(POD, { image: `${SHOP}:2.0.0@${digest('2')}`, fields })).toBe(POD.replace(before, after));
  });

  test.each([
    ['a tag that would need a digest', `args[1]: --v={tag} = ${SHOP}`, 'both', 'has no digest to change'],
    ['a digest that would need a tag', `args[2]: {digest} = ${SHOP}`, 'tag', 'has no tag to change'],
  ] as const)('is refused: %s', (_, line, pin, reason) => {
    const fields = [`Pod:spec.containers[name=shop].${line}`];
    const { refused } = bump(POD, { image: `${SHOP}:2.0.0@${digest('2')}`, fields, pin });
    expect(refused.map((each) => each.reason)).toStrictEqual([expect.stringContaining(reason)]);
  });

  test('is changed if it belongs to the repository that an image moves to, and refused if to the old one', () => {
    const image = `old/shop => ${SHOP}:2.0.0`;
    const line = 'Pod:spec.containers[name=shop].args[1]: --v={tag}';
    expect(bumped(POD, { image, fields: [`${line} = ${SHOP}`] })).toBe(POD.replace('--v=1.0.0', '--v=2.0.0'));
    const { refused } = bump(POD, { image, fields: [`${line} = old/shop`] });
    expect(refused.map((each) => each.reason)).toStrictEqual([expect.stringContaining('has no repository to change')]);
  });

  test.each([
    ['--img={image}{tag}', /has several/],
    ['--img', /has none/],
    ['--v={tag}', /Only an image says whose tag it is/],
  ])('needs one placeholder, and an image for a part: %s', (pattern, message) => {
    expect(() => namedField.parse(`Pod:args[0]: ${pattern}`)).toThrow(message);
  });
});
