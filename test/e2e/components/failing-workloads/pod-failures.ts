import { addTaintedNode, denyPods } from '../cluster-obstacles.ts';
import type { FailingWorkload } from './failing-workload.ts';

const claim = (spec: object) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const withClaim = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const unschedulable = { cause: 'unschedulable', inputs: { grace: 'unschedulable=5s' }, evidence: /Unschedulable/ };

/** The pod isn't created or scheduled, or its volumes are missing. */
export const podFailures: readonly FailingWorkload[] = [
  {
    cause: 'quota-exceeded',
    namespaceObjects: [
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none' }, spec: { hard: { pods: '0' } } },
    ],
    inputs: { grace: 'quota-exceeded=5s' },
    evidence: /ReplicaFailure.*exceeded quota|exceeded quota.*ReplicaFailure/,
    log: /exceeded quota: none/,
  },
  {
    cause: 'limit-range',
    container: { resources: { limits: { memory: '64Mi' } } },
    namespaceObjects: [
      {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'small' },
        spec: { limits: [{ type: 'Container', max: { memory: '32Mi' } }] },
      },
    ],
    evidence: /maximum memory usage/,
    log: /maximum memory usage per Container is 32Mi/,
  },
  {
    cause: 'service-account-missing',
    pod: { serviceAccountName: 'nobody' },
    evidence: /serviceaccount \\*"nobody\\*" not found/,
    log: /nobody/,
  },
  {
    cause: 'admission-denied',
    variant: 'Pod Security',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    evidence: /violates PodSecurity/,
    log: /violates PodSecurity/,
  },
  {
    cause: 'admission-denied',
    variant: 'a ValidatingAdmissionPolicy',
    prepareCluster: denyPods,
    evidence: /denied request/,
    log: /no pods on a Friday/,
  },
  {
    ...unschedulable,
    variant: 'cpu',
    container: { resources: { requests: { cpu: '1000' } } },
    log: /Insufficient cpu/,
  },
  {
    ...unschedulable,
    variant: 'affinity',
    pod: { nodeSelector: { disk: 'none-has-this' } },
    log: /didn't match Pod's node affinity\/selector/,
  },
  {
    ...unschedulable,
    variant: 'a taint',
    pod: { nodeSelector: { pool: 'tainted-NAMESPACE' } },
    prepareCluster: addTaintedNode,
    log: /untolerated taint/,
  },
  {
    cause: 'volume-unbound',
    pod: withClaim,
    namespaceObjects: [claim({})],
    inputs: { grace: 'volume-unbound=5s' },
    evidence: /unbound immediate|FailedBinding/,
    log: /persistentvolumeclaim\/data/,
  },
  {
    cause: 'volume-provisioning-failed',
    pod: withClaim,
    namespaceObjects: [claim({ storageClassName: 'fast' })],
    inputs: { grace: 'volume-provisioning-failed=5s' },
    evidence: /ProvisioningFailed/,
    log: /storageclass\.storage\.k8s\.io "fast" not found/,
  },
];
