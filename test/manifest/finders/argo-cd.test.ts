import { describe, expect, test } from '@jest/globals';
import { expectWithNote } from '../../jest-support.ts';
import { bump, bumped, bumpedToV2, digest, matchedFields, SHOP } from '../harness.ts';

const D1 = digest('1');
const D2 = digest('2');

describe('argo-cd: sources of an Application', () => {
  const application = (source: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
spec:
  ${source}
`;

  test('Helm parameters with the same prefix form one field', () => {
    const source = application(
      `source: {helm: {parameters: [{name: web.image.repository, value: ${SHOP}}, {name: web.image.tag, value: v1}, {name: job.image, value: "${SHOP}:v1"}]}}`,
    );
    expect(bumpedToV2(source)).toBe(source.replaceAll('v1"', 'v2"').replace('value: v1', 'value: v2'));
  });

  test('valuesObject and Kustomize images, with and without a name, are found in several sources', () => {
    const source = application(
      `sources: [{helm: {valuesObject: {image: {repository: ${SHOP}, tag: v1}}}}, {kustomize: {images: ["shop=${SHOP}:v1", "${SHOP}:v1@${D1}", "other:v1"]}}]`,
    );
    expect(bumped(source, { image: `${SHOP}:v2@${D2}` })).toBe(
      source.replace('tag: v1', 'tag: v2').replaceAll(`${SHOP}:v1`, `${SHOP}:v2`).replace(D1, D2),
    );
  });

  test('the YAML in values is found, whatever its header, indentation and line breaks', () => {
    const values = `image:
  # which release
  repository: ${SHOP}
  tag: "v1" # bumped

other: 1
`;
    for (const [header, indent] of [
      ['|', '        '],
      ['|-', '       '],
      ['|2+ # c', '        '],
    ] as const) {
      const source = application(`source:
    helm:
      values: ${header}
${values.replace(/^(?=.)/gm, indent)}`);
      for (const text of [source, source.replaceAll('\n', '\r\n')]) {
        expectWithNote(bumpedToV2(text), header).toBe(text.replace('"v1"', '"v2"'));
        const [change] = bump(text, { image: `${SHOP}:v2` }).matched.flatMap(({ changes }) => changes);
        expect(change?.path).toBe('spec.source.helm.values|image.tag');
        expect(change?.line).toBe(text.split('\n').findIndex((line) => line.includes('"v1"')) + 1);
      }
    }
  });
});

describe('argo-cd: ApplicationSets', () => {
  test('the template is found, and its expressions stay', () => {
    const source = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  template:
    metadata: {name: '{{env}}-shop'}
    spec: {source: {kustomize: {images: ["${SHOP}:v1"]}}}
`;
    expect(bumpedToV2(source)).toBe(source.replace('shop:v1', 'shop:v2'));
  });

  test('elements and templates of nested list generators are found', () => {
    const text = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec:
  goTemplate: true
  generators:
    - matrix:
        generators:
          - list:
              elements:
                - {env: staging, image: "${SHOP}:v1"}
                - env: production
                  shop: {repository: ${SHOP}, tag: v1}
          - clusters: {}
    - list:
        elements: [{env: dev}]
        template: {spec: {source: {kustomize: {images: ["${SHOP}:v1"]}}}}
  template:
    metadata: {name: "{{.env}}-shop"}
    spec:
      sources:
        - helm:
            values: |
              image: {repository: ${SHOP}, tag: v1}
`;
    expect(bumpedToV2(text)).toBe(text.replaceAll('shop:v1', 'shop:v2').replaceAll('tag: v1', 'tag: v2'));
    expect(matchedFields(text, { kinds: ['argo-cd'] }).length).toBe(4);
  });
});
