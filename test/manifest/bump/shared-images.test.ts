import { describe, expect, test } from '@jest/globals';
import { obstacleRemedy } from '../../../src/actions/bump-manifest-tag/remedies/obstacles.ts';
import { bump, bumped, SHOP } from '../harness.ts';

const API = 'ghcr.io/acme/api';

describe('a value that another image uses too, through an alias', () => {
  test.each([
    [
      `v: &ver v1\na: {image: {repository: ${SHOP}, tag: *ver}}\nb: {image: {repository: ${API}, tag: *ver}}\n`,
      `b.image (${API})`,
    ],
    [
      `a: {image: {repository: ${SHOP}, tag: &ver v1}}\nb: {image: {repository: ${API}, tag: *ver}}\n`,
      `b.image (${API})`,
    ],
    [`a: &a {repository: ${SHOP}, tag: v1}\nb: {<<: *a, repository: ${API}}\n`, `b (${API})`],
    [`a: &a {repository: ${SHOP}, tag: v1}\nb: {<<: [*a], repository: ${API}}\n`, `b (${API})`],
    [`v: &ver v1\na: {image: ${SHOP}, imageTag: *ver}\nb: {image: ${API}, imageTag: *ver}\n`, `b.image (${API})`],
  ])('is refused, and the other image is named: %s', (text, other) => {
    for (const aliases of ['shared', 'fail'] as const) {
      const [refused, ...more] = bump(text, { image: `${SHOP}:v2`, aliases }).refused;
      expect([more, refused?.reason.replace(/^\S+ /, '')]).toStrictEqual([
        [],
        `has a value that YAML aliases or merge keys share with other images: ${other}`,
      ]);
      expect(refused && obstacleRemedy(refused.obstacle)).toBe(
        `Write the value out where it is used, so that ${other} keeps its own; \`aliases: shared\` would change it too.`,
      );
    }
  });

  test('is changed if all its images are bumped to the same version', () => {
    const text = `v: &ver v1\na: {image: {repository: ${SHOP}, tag: *ver}}\nb: {image: {repository: ${API}, tag: *ver}}\n`;
    expect(bumped(text, { image: [`${SHOP}:v2`, `${API}:v2`], aliases: 'shared' })).toBe(text.replace('v1', 'v2'));
    expect(
      bump(text, { image: [`${SHOP}:v2`, `${API}:v2`], aliases: 'shared' }).matched.map(({ to }) => to),
    ).toStrictEqual([`${SHOP}:v2`, `${API}:v2`]);
    expect(
      bump(text, { image: [`${SHOP}:v2`, `${API}:v3`], aliases: 'shared' }).refused.map(({ reason }) => reason),
    ).toStrictEqual(['can\'t be edited safely: one value would have to be "v2" and "v3" at once']);
  });

  test('a key that is added to a shared mapping would reach another image too', () => {
    const text = `a: &a {registry: ghcr.io, repository: acme/shop}\nb: {<<: *a, repository: acme/api}\n`;
    const options = { image: `${SHOP}:v2`, pin: 'tag', create: true, aliases: 'shared' } as const;
    expect(bump(text, options).refused.map(({ reason }) => reason)).toStrictEqual([
      `a has a value that YAML aliases or merge keys share with other images: b (${API})`,
    ]);
  });
});

describe('a value next to a merge key', () => {
  test('is not shared: each has its own', () => {
    for (const text of [
      `a: &a {repository: ${SHOP}, tag: v1}\nb: {<<: *a, tag: v1}\n`,
      `a: &a {repository: ${SHOP}, tag: v1}\nb:\n  <<: [*a]\n  tag: v1\nc: {tag: v1, <<: *a}\n`,
      `a: &a {image: {repository: ${SHOP}, tag: v1}}\nb: {<<: *a, image: {repository: ${SHOP}, tag: v1}}\n`,
      `x-web: &web {image: "${SHOP}:v1", tty: true}\nservices: {a: {<<: *web, image: "${SHOP}:v1"}}\n`,
    ])
      for (const aliases of ['fail', 'shared'] as const)
        expect(bumped(text, { image: `${SHOP}:v2`, aliases })).toBe(
          text.startsWith('x-') ? text.replace(/(.*)shop:v1/s, '$1shop:v2') : text.replaceAll('v1', 'v2'),
        );
  });

  test("is shared if one of the mappings doesn't override it", () => {
    const text = `a: &a {repository: ${SHOP}, tag: v1}\nb: {<<: *a, tag: v1}\nc: {<<: *a, tty: true}\n`;
    expect(bump(text, { image: `${SHOP}:v2` }).refused.length).toBeGreaterThan(0);
    const alias = `a: &a {repository: ${SHOP}, tag: v1}\nb: {<<: *a, tag: v1}\nc: *a\n`;
    expect(bump(alias, { image: `${SHOP}:v2` }).refused.length).toBeGreaterThan(0);
  });
});
