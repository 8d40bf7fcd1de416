import type { StatusCriteria } from '../rule/status-criteria.ts';
import { field } from '../rule/status-test.ts';

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
      ),
    ],
  },
  {
    groups: ['ceph.rook.io'],
    kinds: ['CephCluster', 'CephBlockPool', 'CephFilesystem', 'CephObjectStore'],
    current: [phase('Ready', 'Connected')],
    reportsError: [phase('Failure', 'Error')],
    message: 'status.message',
  },
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
