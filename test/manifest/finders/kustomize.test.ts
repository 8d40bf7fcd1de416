import { describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { bump, bumped, bumpedToV2, digest, matchedFields, SHOP } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');

describe('kustomize: entries of images', () => {
  const kustomization = (entry: string) => `kind: Kustomization
images:
  - ${entry}
`;

  test('newTag and digest change together', () => {
    const source = kustomization(`{name: ${SHOP}, newTag: v1, digest: "${D1}"}`);
    expect(bumped(source, { image: `${SHOP}:v2@${D2}` })).toBe(source.replace('v1', 'v2').replace(D1, D2));
  });

  test('an entry matches by its name and by its newName', () => {
    expect(matchedFields(kustomization(`{name: shop, newName: ${SHOP}, newTag: v1}`))).toStrictEqual([
      'kustomize images[name=shop]',
    ]);
    expect(matchedFields(kustomization(`{name: ${SHOP}, newName: mirror.test/shop, newTag: v1}`))).toStrictEqual([
      `kustomize images[name=${SHOP}]`,
    ]);
    expect(matchedFields(kustomization(`{name: ghcr.io/acme/shopXcart, newTag: v1}`))).toStrictEqual([]);
  });

  test('a Component has them too, and a file with the name of a kustomization needs no kind', () => {
    expect(matchedFields(`kind: Component\nimages: [{name: ${SHOP}, newTag: v1}]`).length).toBe(1);
    const withoutKind = `images: [{name: ${SHOP}, newTag: v1}]`;
    for (const file of ['kustomization.yaml', 'a/kustomization.yml', 'a/Kustomization'])
      expectWithNote(matchedFields(withoutKind, { file }).length, file).toBe(1);
    expect(matchedFields(withoutKind, { file: 'other.yaml' }).length).toBe(0);
  });

  test('a new repository is written to newName; without that key the field is refused', () => {
    const source = kustomization('{name: shop, newName: old.test/shop, newTag: v1}');
    expect(bumped(source, { image: `old.test/shop => ${SHOP}:v2` })).toBe(
      kustomization(`{name: shop, newName: ${SHOP}, newTag: v2}`),
    );
    const { refused } = bump(kustomization('{name: old.test/shop, newTag: v1}'), {
      image: `old.test/shop => ${SHOP}:v2`,
    });
    expect(refused.map(({ reason, obstacle }) => [reason, obstacle])).toStrictEqual([
      [
        'images[name=old.test/shop] has no repository to change',
        { code: 'missing-part', part: 'repository', key: 'newName', repository: SHOP },
      ],
    ]);
  });

  test('imageTags, the old name of images, is found', () => {
    expect(matchedFields(`kind: Kustomization\nimageTags: [{name: ${SHOP}, newTag: v1}]`).length).toBe(1);
  });
});

test('kustomize: finds images in valuesInline of a chart', () => {
  const source = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
helmCharts:
- name: c
  valuesInline: {image: {repository: ${SHOP}, tag: v1}}
`;
  expect(bumpedToV2(source)).toBe(source.replace('tag: v1', 'tag: v2'));
});

describe('kustomize: inline patches', () => {
  const text = `kind: Kustomization
patches:
  - target: {kind: Deployment}
    patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: shop}
      spec:
        template:
          spec:
            containers:
              - name: shop
                image: "${SHOP}:v1" # tried here
  - patch: |
      - op: replace
        path: /spec/template/spec/containers/0/image
        value: ${SHOP}:v1
      - op: replace
        path: /metadata/annotations/shop
        value: ${SHOP}:v1
patchesStrategicMerge:
  - |-
    kind: Pod
    spec: {initContainers: [{name: i, image: ${SHOP}:v1}]}
  - file.yaml
`;

  test('strategic merge patches and JSON patches of an image are changed, other JSON patches are not', () => {
    expect(matchedFields(text)).toStrictEqual([
      'kustomize patches[0].patch|spec.template.spec.containers[name=shop].image',
      'kustomize patches[1].patch|[0].value',
      'kustomize patchesStrategicMerge[0]|spec.initContainers[name=i].image',
    ]);
    const annotation = text.lastIndexOf(`value: ${SHOP}:v1`);
    const end = text.indexOf('patchesStrategicMerge');
    const changed = (part: string) => part.replaceAll('shop:v1', 'shop:v2');
    expect(bumpedToV2(text)).toBe(
      changed(text.slice(0, annotation)) + text.slice(annotation, end) + changed(text.slice(end)),
    );
  });

  test('with embedded: false they are not searched, but a named field still leads into one', () => {
    expect(matchedFields(text, { embedded: false })).toStrictEqual([]);
    const fields = ['Kustomization:patches[0].patch|**.image'];
    expect(matchedFields(text, { embedded: false, fields }).length).toBe(1);
  });
});
