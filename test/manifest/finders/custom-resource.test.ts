import { describe, expect, test } from '@jest/globals';
import { bumpedToV2, matchedFields, SHOP } from '../harness.ts';

describe('custom-resource', () => {
  test('finds an image in the spec, but not in the status', () => {
    const prometheus = `apiVersion: monitoring.coreos.com/v1
kind: Prometheus
spec: {image: ${SHOP}:v1}
status: {image: ${SHOP}:v1}
`;
    expect(bumpedToV2(prometheus)).toBe(prometheus.replace('v1}', 'v2}'));
    expect(matchedFields(prometheus)).toStrictEqual(['custom-resource spec.image']);
  });

  test('finds references under imageName and under keys that end with Image, and mappings with repository and tag', () => {
    const cluster = `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
spec:
  imageName: ${SHOP}:v1
  backup: {runnerImage: ${SHOP}:v1}
  proxy: {image: {repository: ${SHOP}, tag: v1}}
  imagePullPolicy: Always
  imageCatalog: ${SHOP}:v1
`;
    expect(matchedFields(cluster)).toStrictEqual([
      'custom-resource spec.imageName',
      'custom-resource spec.backup.runnerImage',
      'custom-resource spec.proxy.image',
    ]);
  });

  test('leaves resources of Kubernetes itself to the other kinds', () => {
    const task = (apiVersion: string) => `apiVersion: ${apiVersion}
kind: Task
spec: {steps: [{name: a, image: '${SHOP}:v1'}], sidecars: [{image: ${SHOP}:v1}]}
`;
    expect(matchedFields(task('tekton.dev/v1'))).toStrictEqual([
      'tekton spec.steps[name=a].image',
      'tekton spec.sidecars[0].image',
    ]);
    expect(matchedFields(task('batch/v1'))).toStrictEqual([]);
    expect(matchedFields(task('x.k8s.io/v1'))).toStrictEqual([]);
  });
});
