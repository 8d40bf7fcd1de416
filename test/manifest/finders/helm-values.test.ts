import { describe, expect, test } from '@jest/globals';
import { bumped, bumpedToV2, digest, matchedFields, SHOP } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');

describe('helm-values', () => {
  test('finds references in parts, with the registry in its own key or not', () => {
    const source = `a: {image: {registry: ghcr.io, repository: acme/shop, tag: v1, digest: ""}}
b:
  repository: ${SHOP}
  tag: v1
`;
    expect(bumpedToV2(source)).toBe(source.replaceAll('v1', 'v2'));
    expect(matchedFields(source)).toStrictEqual(['helm-values a.image', 'helm-values b']);
  });

  test('finds whole references, in lists too, and repositories with a tag next to them', () => {
    const source = `image: ${SHOP}:v1
jobs: [{initImage: ${SHOP}:v1}]
old: {image: ${SHOP}, imageTag: v1}
older: {image: ${SHOP}, tag: v1}
named: {image: {name: ${SHOP}, tag: v1}}
services: {web: {image: '${SHOP}:v1'}}
`;
    expect(bumpedToV2(source)).toBe(source.replaceAll('v1', 'v2'));
  });

  test('changes a digest that the tag includes', () => {
    const source = `image: {repository: ${SHOP}, tag: "v1@${D1}"}\n`;
    expect(bumped(source, { image: `${SHOP}:v2@${D2}` })).toBe(source.replace('v1', 'v2').replace(D1, D2));
  });

  test('ignores a repository that is not an image', () => {
    const chart = 'dependencies: [{name: shop, repository: "https://charts.test/shop", version: 1}]';
    expect(matchedFields(chart)).toStrictEqual([]);
    expect(matchedFields(`source: {repository: ${SHOP}}`)).toStrictEqual([]);
  });

  test('moves a registry in its own key together with the repository', () => {
    const values = (registry: string, repository: string, tag: string) => `image:
  registry: ${registry}
  repository: ${repository}
  tag: ${tag}
`;
    expect(bumped(values('docker.io', 'library/nginx', 'v1'), { image: 'nginx => ghcr.io/mirror/nginx:v2' })).toBe(
      values('ghcr.io', 'mirror/nginx', 'v2'),
    );
  });
});
