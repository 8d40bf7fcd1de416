import { describe, expect, test } from '@jest/globals';
import { bump, bumped, digest, SHOP } from '../harness.ts';

const D1 = digest('1');
const skipped = (text: string, file = 'values.yaml') => {
  const result = bump(text, { image: `${SHOP}:v2`, file });
  expect([result.matched, result.refused, result.edited]).toStrictEqual([[], [], undefined]);
  return result.skipped.map(({ line, reason }) => `${line}: ${reason}`);
};

describe('a part that a template fills in is left, with the reason', () => {
  test.each([
    "'{{.tag}}'",
    "'{{ .Chart.AppVersion }}'",
    'v{{major}}.2',
    '${shop_tag}',
    '"${shop_tag:=1.0.0}"',
    '$(params.tag)',
    '$TAG',
    '"#{tag}#"',
    "'%TAG%'",
    '<tag>',
    "'[[ tag ]]'",
    '((tag))',
    "'@project.version@'",
    '__TAG__',
  ])('the tag %s', (tag) => {
    const text = tag.replace(/^["']|["']$/g, '');
    expect(skipped(`image:\n  repository: ${SHOP}\n  tag: ${tag}\n`)).toStrictEqual([
      `3: image has a template expression as its tag (${text})`,
    ]);
  });

  test('in an unquoted expression, which YAML reads as a mapping', () => {
    expect(skipped(`image:\n  repository: ${SHOP}\n  tag: {{ tag }}\n`).join()).toMatch(
      /image has a template expression as its tag/,
    );
  });

  test('in every kind of split reference', () => {
    for (const [text, path] of [
      [`kind: Kustomization\nimages: [{name: ${SHOP}, newTag: '\${shop_tag}'}]\n`, `images[name=${SHOP}]`],
      [
        `kind: Kustomization\nimages: [{name: ${SHOP}, newName: '\${mirror}/shop', newTag: v1}]\n`,
        `images[name=${SHOP}]`,
      ],
      [
        `apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {goTemplate: true, template: {spec: {source: {helm: {parameters: [{name: image.repository, value: ${SHOP}}, {name: image.tag, value: '{{.tag}}'}]}}}}}\n`,
        'spec.template.spec.source.helm.parameters[name=image.repository].value',
      ],
      [
        `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {image: {repository: ${SHOP}, tag: '\${shop_tag:=1.0.0}'}}}\n`,
        'spec.values.image',
      ],
      [`image: {registry: '{{ .Values.global.registry }}', repository: acme/shop, tag: v1}\n`, 'image'],
      [`image: {repository: '\${REGISTRY}/acme/shop', tag: v1}\n`, 'image'],
      [`image: {repository: ${SHOP}, tag: v1, digest: '{{ .digest }}'}\n`, 'image'],
      [`initImage: ${SHOP}\ninitImageTag: '{{tag}}'\n`, 'initImage'],
      [`x: &t '{{tag}}'\nimage: {repository: ${SHOP}, tag: *t}\n`, 'image'],
    ] as const) {
      const [remark = '', ...others] = skipped(text);
      expect(others).toStrictEqual([]);
      expect(remark).toContain(`: ${path} has a template expression as its `);
    }
  });

  test('and in a whole reference', () => {
    for (const text of [
      `${SHOP}:%TAG%`,
      `${SHOP}:$TAG`,
      `'${SHOP}:<tag>'`,
      `"\${REGISTRY}/acme/shop:v1"`,
      `"${SHOP}:#{tag}#"`,
    ])
      expect(skipped(`kind: Pod\nspec: {containers: [{name: a, image: ${text} }]}\n`)).toStrictEqual([
        '2: names acme/shop with a template expression',
      ]);
  });

  test('a rule for versions is left too', () => {
    expect(skipped(`image: {repository: ${SHOP}, tag: ">=1.4"}\n`)).toStrictEqual([
      '1: image has a rule as its tag (>=1.4)',
    ]);
  });

  test('a move changes the repository and leaves the template', () => {
    expect(
      bumped(`image: {repository: old/shop, tag: '{{ .Chart.AppVersion }}'}\n`, { image: `old/shop => ${SHOP}` }),
    ).toBe(`image: {repository: ${SHOP}, tag: '{{ .Chart.AppVersion }}'}\n`);
  });

  test('a literal reference next to it is bumped', () => {
    const text = `a: {image: {repository: ${SHOP}, tag: '{{x}}'}}\nb: {image: {repository: ${SHOP}, tag: v1}}\n`;
    expect(bumped(text, { image: `${SHOP}:v2` })).toBe(text.replace('v1', 'v2'));
    expect(bumped(`image: "${SHOP}:v1@${D1}"\n`, { image: `${SHOP}:v2@${digest('2')}` })).toContain('v2');
  });
});
