import type { StatusCriteria } from '../rule/status-criteria.ts';
import { field, not } from '../rule/status-test.ts';

const phase = (...values: string[]) => field('status.phase', ...values);

/** Snapshots, MinIO, Rook (Ceph) and Velero. */
export const storage: readonly StatusCriteria[] = [
  {
    groups: ['snapshot.storage.k8s.io'],
    kinds: ['VolumeSnapshot', 'VolumeSnapshotContent'],
    runsOnce: true,
    current: [field('status.readyToUse', true)],
    reportsError: [field('status.error')],
    message: 'status.error.message',
  },
  { groups: ['snapshot.storage.k8s.io'], kinds: ['VolumeSnapshotClass'], current: [] },
  {
    groups: ['minio.min.io'],
    kinds: ['Tenant'],
    current: [field('status.currentState', 'Initialized')],
    reportsError: [
      field(
        'status.currentState',
        'Statefulset not controlled by operator',
        'Another MinIO Tenant already exists in the namespace',
        'Different versions across MinIO Pools',
        'Pool Decommissioning Not Allowed',
        'Tenant credentials are not set properly',
      ),
    ],
  },
  {
    groups: ['ceph.rook.io'],
    kinds: ['CephCluster', 'CephBlockPool', 'CephFilesystem', 'CephObjectStore'],
    current: [phase('Ready', 'Connected'), not(field('status.ceph.health', 'HEALTH_ERR'))],
    reportsError: [phase('Failure', 'Error'), field('status.ceph.health', 'HEALTH_ERR')],
    message: 'status.message',
  },
  {
    groups: ['astra.netapp.io'],
    kinds: ['Backup', 'Snapshot', 'ExecHooksRun', 'ResticVolumeBackup', 'ResourceBackup'],
    runsOnce: true,
    current: [field('status.state', 'Completed')],
    failed: [field('status.state', 'Failed', 'Error')],
    message: 'status.error',
  },
  {
    groups: ['astra.netapp.io'],
    kinds: ['ExecHook'],
    suspended: [field('spec.enabled', false)],
    current: [not(field('spec.enabled', false))],
  },
  { groups: ['astra.netapp.io'], kinds: ['Schedule'], current: [] },
  { groups: ['astra.netapp.io'], conventions: true, current: [] },
  {
    groups: ['velero.io'],
    kinds: ['Backup', 'Restore'],
    runsOnce: true,
    current: [phase('Completed')],
    failed: [phase('Failed', 'PartiallyFailed', 'FailedValidation')],
    message: 'status.failureReason',
  },
  {
    groups: ['velero.io'],
    kinds: ['Schedule'],
    suspended: [field('spec.paused', true)],
    current: [phase('Enabled')],
    reportsError: [phase('FailedValidation')],
    message: 'status.validationErrors',
  },
  {
    groups: ['velero.io'],
    kinds: ['BackupStorageLocation'],
    current: [phase('Available')],
    reportsError: [phase('Unavailable')],
    message: 'status.message',
  },
];
