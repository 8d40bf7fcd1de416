import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, atLeast, field, isFalse, isTrue, not } from '../rule/status-test.ts';

const groups = ['cluster.x-k8s.io'];
const suspended = [field('spec.paused', true), isTrue('Paused')];
/** `Ready` until v1beta1, `Available` since v1beta2. */
const isUp = any(isTrue('Ready'), isTrue('Available'));
const updated = any(
  atLeast('status.updatedReplicas', 'spec.replicas'),
  atLeast('status.upToDateReplicas', 'spec.replicas'),
);
const allReady = atLeast('status.readyReplicas', 'spec.replicas');
const counts = ['status.readyReplicas', 'spec.replicas'] as const;

/** Cluster API. Its phase `Failed` means that a person must act. */
export const clusters: readonly StatusCriteria[] = [
  {
    groups,
    kinds: ['Cluster'],
    suspended,
    current: [field('status.phase', 'Provisioned'), isUp, not(isTrue('RollingOut'))],
    failed: [field('status.phase', 'Failed')],
    message: 'status.failureMessage',
  },
  {
    groups,
    kinds: ['Machine'],
    suspended: [isTrue('Paused')],
    current: [field('status.phase', 'Running'), isUp, not(isFalse('UpToDate'))],
    failed: [field('status.phase', 'Failed')],
    message: 'status.failureMessage',
  },
  {
    groups,
    kinds: ['MachineDeployment'],
    suspended,
    current: [field('status.phase', 'Running'), updated, allReady, not(isTrue('RollingOut'))],
    failed: [field('status.phase', 'Failed')],
    counts,
  },
  {
    groups,
    kinds: ['MachinePool'],
    suspended: [isTrue('Paused')],
    current: [field('status.phase', 'Running'), allReady],
    failed: [field('status.phase', 'Failed')],
    message: 'status.failureMessage',
    counts,
  },
  { groups, kinds: ['MachineSet'], suspended: [isTrue('Paused')], current: [allReady], counts },
  {
    groups,
    kinds: ['MachineHealthCheck'],
    suspended: [isTrue('Paused')],
    current: [atLeast('status.currentHealthy', 'status.expectedMachines')],
    counts: ['status.currentHealthy', 'status.expectedMachines'],
  },
  {
    groups,
    kinds: ['ClusterClass'],
    suspended: [isTrue('Paused')],
    current: [any(isTrue('VariablesReconciled'), isTrue('VariablesReady'))],
  },
  {
    groups: ['controlplane.cluster.x-k8s.io'],
    kinds: ['KubeadmControlPlane'],
    suspended: [isTrue('Paused')],
    current: [isUp, updated, allReady, not(isTrue('RollingOut'))],
    counts,
  },
  { groups: ['addons.cluster.x-k8s.io'], kinds: ['ClusterResourceSet'], current: [isTrue('ResourcesApplied')] },
];
