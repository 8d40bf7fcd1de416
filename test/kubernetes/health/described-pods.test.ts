import { describe, expect, it } from '@jest/globals';
import { ruleFor } from '../../../src/kubernetes/health/kind-rules.ts';
import { groupOf, type KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import { invariant } from '../../jest-support.ts';
import { object, pod, relationsAmong } from '../objects.ts';

const podsOf = (workload: KubernetesObject, pods: readonly KubernetesObject[]) => {
  const found = ruleFor(groupOf(workload), workload.kind)?.workload?.pods(workload, relationsAmong(pods));
  invariant(found);
  const names = (some: readonly KubernetesObject[]) => some.map(({ metadata }) => metadata.name);
  return { current: names(found.current), old: names(found.old), desired: found.desired };
};
const workload = (apiVersion: string, kind: string, fields: object = {}) =>
  object({ apiVersion, kind, metadata: { name: 'shop', namespace: 'staging', uid: 'u' }, ...fields });
const annotated = (name: string, labels: Record<string, string>, annotations: Record<string, string>) => {
  const made = pod({ name, labels });
  return { ...made, metadata: { ...made.metadata, annotations } };
};

describe('the pods of a kind that is described by data', () => {
  it('are those of the latest version of a DeploymentConfig; the others are old', () => {
    const version = (value: string) => ({ 'openshift.io/deployment-config.latest-version': value });
    const pods = [
      annotated('shop-2-a', { deploymentconfig: 'shop' }, version('2')),
      annotated('shop-1-a', { deploymentconfig: 'shop' }, version('1')),
      annotated('cart-2-a', { deploymentconfig: 'cart' }, version('2')),
    ];
    const config = workload('apps.openshift.io/v1', 'DeploymentConfig', {
      spec: { replicas: 1 },
      status: { latestVersion: 2 },
    });
    expect(podsOf(config, pods)).toStrictEqual({ current: ['shop-2-a'], old: ['shop-1-a'], desired: 1 });
  });

  it('are those that a CloneSet owns; with a partition, earlier ones may go on', () => {
    const set = (partition: number) =>
      workload('apps.kruise.io/v1alpha1', 'CloneSet', {
        spec: { replicas: 2, updateStrategy: { partition } },
        status: { updateRevision: 'shop-66b', expectedUpdatedReplicas: 2 - partition },
      });
    const owner = set(0);
    const pods = [
      pod({ name: 'shop-a', owner, labels: { 'controller-revision-hash': '66b' } }),
      pod({ name: 'shop-b', owner, labels: { 'controller-revision-hash': '55a' } }),
      pod({ name: 'other' }),
    ];
    expect(podsOf(owner, pods)).toStrictEqual({ current: ['shop-a'], old: ['shop-b'], desired: 2 });
    expect(podsOf(set(1), pods)).toStrictEqual({ current: ['shop-a'], old: [], desired: 1 });
  });

  it('are those of the latest revision of a Knative Service, and of one Revision', () => {
    const label = 'serving.knative.dev/revision';
    const pods = [pod({ name: 'a', labels: { [label]: 'shop-2' } }), pod({ name: 'b', labels: { [label]: 'shop-1' } })];
    const service = workload('serving.knative.dev/v1', 'Service', { status: { latestCreatedRevisionName: 'shop-2' } });
    expect(podsOf(service, pods)).toStrictEqual({ current: ['a'], old: [], desired: 0 });
    const revision = { ...service, kind: 'Revision', metadata: { ...service.metadata, name: 'shop-1' } };
    expect(podsOf(revision, pods).current).toStrictEqual(['b']);
    // Before the controller has named a revision, no pod is its own.
    expect(podsOf({ ...service, status: {} }, pods).current).toStrictEqual([]);
  });

  it.each([
    ['sparkoperator.k8s.io/v1beta2', 'SparkApplication', { 'sparkoperator.k8s.io/app-name': 'shop' }],
    ['jobset.x-k8s.io/v1alpha2', 'JobSet', { 'jobset.sigs.k8s.io/jobset-name': 'shop' }],
    ['postgresql.cnpg.io/v1', 'Cluster', { 'cnpg.io/cluster': 'shop', 'cnpg.io/podRole': 'instance' }],
    ['kafka.strimzi.io/v1', 'Kafka', { 'strimzi.io/cluster': 'shop', 'strimzi.io/kind': 'Kafka' }],
    ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', { 'elasticsearch.k8s.elastic.co/cluster-name': 'shop' }],
    [
      'rabbitmq.com/v1beta1',
      'RabbitmqCluster',
      { 'app.kubernetes.io/name': 'shop', 'app.kubernetes.io/component': 'rabbitmq' },
    ],
  ])('have the labels that the operator gives them: %s %s', (apiVersion, kind, labels) => {
    const pods = [pod({ name: 'own', labels }), pod({ name: 'other', labels: { app: 'shop' } })];
    expect(podsOf(workload(apiVersion, kind), pods).current).toStrictEqual(['own']);
  });
});
