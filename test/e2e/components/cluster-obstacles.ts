import { randomBytes } from 'node:crypto';
import type { RolloutFixture } from './rollout-fixture.ts';
import { until } from './until.ts';

/** Creates an admission policy that denies all pods of a namespace, and waits until it is in force. Returns its objects. */
export async function denyPods(rollouts: RolloutFixture, namespace: string): Promise<readonly object[]> {
  const { kubectl } = rollouts.cluster;
  const name = `friday-${randomBytes(3).toString('hex')}`;
  const common = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name } };
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  const selector = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
  const policy = {
    matchConstraints: { resourceRules: [rule] },
    validations: [{ expression: 'false', message: 'no pods on a Friday' }],
  };
  const objects = [
    { ...common, kind: 'ValidatingAdmissionPolicy', spec: policy },
    {
      ...common,
      kind: 'ValidatingAdmissionPolicyBinding',
      spec: { policyName: name, validationActions: ['Deny'], matchResources: selector },
    },
  ];
  await kubectl.apply(...objects);
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'try' }, spec: rollouts.podSpec({}) };
  await until('the policy is in force', () =>
    kubectl.applyText(JSON.stringify(pod), '--dry-run=server', '--namespace', namespace).then(
      () => undefined,
      (thrown) => (String(thrown).includes('Friday') ? true : undefined),
    ),
  );
  return objects;
}

/** Creates a node with a taint that no pod tolerates. It has no kubelet. Returns its object. */
export async function addTaintedNode(rollouts: RolloutFixture, namespace: string): Promise<readonly object[]> {
  const pool = `tainted-${namespace}`;
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: pool, labels: { pool } },
    spec: { taints: [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }] },
  };
  await rollouts.cluster.kubectl.apply(node);
  return [node];
}

/** Deletes cluster-wide objects. */
export async function deleteObjects(rollouts: RolloutFixture, objects: readonly object[]): Promise<void> {
  for (const object of objects) {
    const { kind, metadata } = JSON.parse(JSON.stringify(object));
    await rollouts.cluster.kubectl.run('delete', kind, metadata.name, '--wait=false');
  }
}
