import { expect, test } from '@jest/globals';
import { bumpedToV2, matchedFields, SHOP } from '../harness.ts';

test('skaffold: finds artifacts, builders, verify, custom actions, profiles and values of releases', () => {
  const text = `apiVersion: skaffold/v4beta11
kind: Config
build:
  artifacts:
    - image: ${SHOP}:v1
      buildpacks:
        builder: ${SHOP}:v1
        runImage: "${SHOP}:v1"
manifests:
  helm:
    releases:
      - name: shop
        setValues: {image.repository: ${SHOP}, image.tag: v1}
verify:
  - name: smoke
    container: {name: smoke, image: ${SHOP}:v1}
customActions:
  - containers: [{name: x, image: ${SHOP}:v1}]
profiles:
  - name: ci
    build: {artifacts: [{image: ${SHOP}:v1}]}
`;
  expect(bumpedToV2(text, { kinds: ['skaffold'] })).toBe(
    text.replaceAll('shop:v1', 'shop:v2').replace('tag: v1', 'tag: v2'),
  );
  expect(matchedFields(text.replace('skaffold/v4beta11', 'v1'), { kinds: ['skaffold'] })).toStrictEqual([]);
});
