import type { StatusCriteria } from '../rule/status-criteria.ts';
import { atLeast, each, field, isTrue } from '../rule/status-test.ts';

const groups = ['postgresql.cnpg.io'];
const annotation = (name: string) => ['metadata', 'annotations', name];

/** CloudNativePG, Zalando and Crunchy. */
export const postgres: readonly StatusCriteria[] = [
  {
    groups,
    kinds: ['Cluster'],
    suspended: [
      field(annotation('cnpg.io/reconciliationLoop'), 'disabled'),
      field(annotation('cnpg.io/hibernation'), 'on'),
    ],
    current: [
      field('status.phase', 'Cluster in healthy state'),
      isTrue('Ready'),
      atLeast('status.readyInstances', 'spec.instances'),
    ],
    paused: [field('status.phase', 'Waiting for user action')],
    failed: [field('status.phase', 'Cluster is unrecoverable and needs manual intervention')],
    reportsError: [
      field(
        'status.phase',
        'Unable to create required cluster objects',
        'Cluster has incomplete or invalid image catalog',
        'Cluster cannot proceed to reconciliation due to an unknown plugin being required',
        'Cluster cannot execute instance online upgrade due to missing architecture binary',
      ),
    ],
    counts: ['status.readyInstances', 'spec.instances'],
    message: 'status.phaseReason',
    pods: {
      by: { 'cnpg.io/cluster': { field: 'metadata.name' }, 'cnpg.io/podRole': { value: 'instance' } },
      desired: 'spec.instances',
    },
  },
  {
    groups,
    kinds: ['Pooler'],
    current: [atLeast('status.instances', 'spec.instances')],
    counts: ['status.instances', 'spec.instances'],
  },
  {
    groups,
    kinds: ['Database', 'Publication', 'Subscription'],
    current: [field('status.applied', true)],
    reportsError: [field('status.applied', false)],
    message: 'status.message',
  },
  {
    groups,
    kinds: ['Backup'],
    runsOnce: true,
    current: [field('status.phase', 'completed')],
    failed: [field('status.phase', 'failed')],
    message: 'status.error',
  },
  { groups, kinds: ['ScheduledBackup', 'ImageCatalog', 'ClusterImageCatalog'], current: [] },
  {
    groups: ['acid.zalan.do'],
    kinds: ['postgresql'],
    current: [field('status.PostgresClusterStatus', 'Running')],
    reportsError: [field('status.PostgresClusterStatus', 'CreateFailed', 'UpdateFailed', 'SyncFailed', 'Invalid')],
  },
  {
    groups: ['postgres-operator.crunchydata.com'],
    kinds: ['PostgresCluster'],
    suspended: [field('spec.shutdown', true), field('spec.paused', true)],
    current: [each('status.instances', atLeast('readyReplicas', 'replicas'), atLeast('updatedReplicas', 'replicas'))],
  },
];
