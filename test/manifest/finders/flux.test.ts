import { describe, expect, test } from '@jest/globals';
import { bump, bumped, bumpedToV2, digest, matchedFields, SHOP } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');

describe('flux', () => {
  test('finds values of a HelmRelease and images of a Kustomization', () => {
    const release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
spec: {values: {image: {repository: ${SHOP}, tag: v1}}}
`;
    expect(bumpedToV2(release)).toBe(release.replace('tag: v1', 'tag: v2'));
    const kustomization = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
spec: {images: [{name: ${SHOP}, newTag: v1}]}
`;
    expect(bumpedToV2(kustomization)).toBe(kustomization.replace('newTag: v1', 'newTag: v2'));
  });

  test('finds images of the post-renderers of a HelmRelease', () => {
    const text = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
spec:
  postRenderers:
    - kustomize:
        images: [{name: ${SHOP}, newTag: v1}]
`;
    expect(bumpedToV2(text)).toBe(text.replace('v1}', 'v2}'));
  });
});

describe('flux: OCIRepository', () => {
  const repository = (ref: string) => `apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: shop, namespace: flux-system}
spec:
  interval: 5m
  url: oci://${SHOP}
  ref:
    ${ref}
`;

  test('tag and digest of the artifact change, and its URL when the repository moves', () => {
    expect(bumpedToV2(repository('tag: v1'))).toBe(repository('tag: v2'));
    expect(bumped(repository(`digest: ${D1}`), { image: `${SHOP}:v2@${D2}` })).toBe(repository(`digest: ${D2}`));
    expect(bumped(repository('tag: v1'), { image: `${SHOP} => ghcr.io/new/shop:v2` })).toBe(
      repository('tag: v2').replace(SHOP, 'ghcr.io/new/shop'),
    );
  });

  test('a tag next to a semver range stays unchanged, with the reason', () => {
    const { matched, unchanged } = bump(repository('semver: ">=1.0"\n    tag: v1'), { image: `${SHOP}:v2` });
    expect([matched.length, unchanged.map(({ reason }) => reason)]).toStrictEqual([
      0,
      ['spec follows `ref.semver`, which takes precedence over a tag'],
    ]);
  });

  test('a URL with a scheme other than oci is ignored', () => {
    expect(matchedFields(repository('tag: v1').replace('oci://', 'https://'))).toStrictEqual([]);
  });
});
