import { describe, expect, test } from '@jest/globals';
import { bumpedToV2, matchedFields, SHOP } from '../harness.ts';

describe('kubernetes', () => {
  test('finds all lists of containers of a pod, and mounted images', () => {
    const pod = `kind: Pod
spec:
  initContainers: [{name: a, image: ${SHOP}:v1}]
  containers: [{name: b, image: ${SHOP}:v1}, {name: c, image: nginx}]
  ephemeralContainers: [{name: d, image: ${SHOP}:v1}]
  volumes: [{name: e, image: {reference: ${SHOP}:v1}}]
`;
    expect(bumpedToV2(pod)).toBe(pod.replaceAll(`${SHOP}:v1`, `${SHOP}:v2`));
    expect(matchedFields(pod)).toStrictEqual([
      'kubernetes spec.containers[name=b].image',
      'kubernetes spec.initContainers[name=a].image',
      'kubernetes spec.ephemeralContainers[name=d].image',
      'kubernetes spec.volumes[name=e].image.reference',
    ]);
  });

  test('finds pod templates in workloads, CronJobs, Lists and custom resources', () => {
    const template = `{spec: {containers: [{name: a, image: ${SHOP}:v1}]}}`;
    expect(matchedFields(`kind: Deployment\nspec: {template: ${template}}`)).toStrictEqual([
      'kubernetes spec.template.spec.containers[name=a].image',
    ]);
    expect(matchedFields(`kind: CronJob\nspec: {jobTemplate: {spec: {template: ${template}}}}`)).toStrictEqual([
      'kubernetes spec.jobTemplate.spec.template.spec.containers[name=a].image',
    ]);
    expect(
      matchedFields(`kind: List
items:
- kind: Job
  spec: {template: ${template}}`),
    ).toStrictEqual(['kubernetes items[0].spec.template.spec.containers[name=a].image']);
    const fleet = `apiVersion: x.io/v1
kind: Fleet
spec: {groups: [{name: g, podTemplate: ${template}}]}
`;
    expect(matchedFields(fleet)).toStrictEqual([
      'kubernetes spec.groups[name=g].podTemplate.spec.containers[name=a].image',
    ]);
  });

  test('finds the pod template of a Knative Service', () => {
    const service = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - image: ${SHOP}:v1
          ports: [{containerPort: 8080}]
`;
    expect(matchedFields(service)).toStrictEqual(['kubernetes spec.template.spec.containers[0].image']);
  });

  test('finds nothing in a ConfigMap, an annotation or a comment', () => {
    const configMap = `apiVersion: v1
kind: ConfigMap
data:
  image: ${SHOP}:v1
  text: |
    containers: [{image: ${SHOP}:v1}]
`;
    expect(matchedFields(configMap)).toStrictEqual([]);
    const pod = `apiVersion: v1
kind: Pod
metadata: {annotations: {image: ${SHOP}:v1}}
# image: ${SHOP}:v1
`;
    expect(matchedFields(pod)).toStrictEqual([]);
    expect(matchedFields(`kind: Pod\nspec: {containers: ${SHOP}:v1}`)).toStrictEqual([]);
  });

  test('distinguishes containers of the same name by their index', () => {
    expect(
      matchedFields(`kind: Pod\nspec: {containers: [{name: a, image: ${SHOP}:v1}, {name: a, image: ${SHOP}:v1}]}`),
    ).toStrictEqual(['kubernetes spec.containers[0].image', 'kubernetes spec.containers[1].image']);
  });
});
