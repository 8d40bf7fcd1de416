import type { StatusTable } from '../rule/status-table.ts';
import { any, atLeast, field, never, no, yes } from '../rule/status-test.ts';

const groups = ['cluster.x-k8s.io'];
const suspended = [field('spec.paused', true), yes('Paused')];
/** `Ready` until v1beta1, `Available` since v1beta2. */
const isUp = any(yes('Ready'), yes('Available'));
const updated = any(
  atLeast('status.updatedReplicas', 'spec.replicas'),
  atLeast('status.upToDateReplicas', 'spec.replicas'),
);
const allReady = atLeast('status.readyReplicas', 'spec.replicas');
const counts = ['status.readyReplicas', 'spec.replicas'] as const;

/** Cluster API: the phase `Failed` is its word for what needs a person. */
export const clusters: readonly StatusTable[] = [
  {
    groups,
    kinds: ['Cluster'],
    suspended,
    current: [field('status.phase', 'Provisioned'), isUp, never(yes('RollingOut'))],
    failed: [field('status.phase', 'Failed')],
    says: 'status.failureMessage',
  },
  {
    groups,
    kinds: ['Machine'],
    suspended: [yes('Paused')],
    current: [field('status.phase', 'Running'), isUp, never(no('UpToDate'))],
    failed: [field('status.phase', 'Failed')],
    says: 'status.failureMessage',
  },
  {
    groups,
    kinds: ['MachineDeployment'],
    suspended,
    current: [field('status.phase', 'Running'), updated, allReady, never(yes('RollingOut'))],
    failed: [field('status.phase', 'Failed')],
    counts,
  },
  {
    groups,
    kinds: ['MachinePool'],
    suspended: [yes('Paused')],
    current: [field('status.phase', 'Running'), allReady],
    failed: [field('status.phase', 'Failed')],
    says: 'status.failureMessage',
    counts,
  },
  { groups, kinds: ['MachineSet'], suspended: [yes('Paused')], current: [allReady], counts },
  {
    groups,
    kinds: ['MachineHealthCheck'],
    suspended: [yes('Paused')],
    current: [atLeast('status.currentHealthy', 'status.expectedMachines')],
    counts: ['status.currentHealthy', 'status.expectedMachines'],
  },
  {
    groups,
    kinds: ['ClusterClass'],
    suspended: [yes('Paused')],
    current: [any(yes('VariablesReconciled'), yes('VariablesReady'))],
  },
  {
    groups: ['controlplane.cluster.x-k8s.io'],
    kinds: ['KubeadmControlPlane'],
    suspended: [yes('Paused')],
    current: [isUp, updated, allReady, never(yes('RollingOut'))],
    counts,
  },
  { groups: ['addons.cluster.x-k8s.io'], kinds: ['ClusterResourceSet'], current: [yes('ResourcesApplied')] },
];
