import { table } from '../table.ts';

const synced = {
  sync: { status: 'Synced', revision: 'a'.repeat(40) },
  health: { status: 'Healthy' },
  operationState: { phase: 'Succeeded', finishedAt: '2026-03-01T12:00:00Z' },
  reconciledAt: '2026-03-01T12:00:01Z',
};

table('argoproj.io/v1alpha1', 'Application', [
  ['synced and healthy', { status: synced }, 'current', /synced and healthy/],
  [
    'not compared since the sync',
    { status: { ...synced, reconciledAt: '2026-03-01T11:59:00Z' } },
    'progressing',
    /not yet compared with Git again/,
  ],
  ['syncing', { status: { ...synced, operationState: { phase: 'Running' } } }, 'progressing', /syncing/],
  ['asked to sync', { operation: { sync: {} }, status: synced }, 'progressing', /syncing/],
  ['out of sync', { status: { ...synced, sync: { status: 'OutOfSync' } } }, 'progressing', /out of sync/],
  [
    'its sync failed',
    {
      status: {
        ...synced,
        sync: { status: 'OutOfSync' },
        operationState: { phase: 'Failed', message: 'one or more objects failed' },
      },
    },
    'failed',
    /one or more objects/,
  ],
  [
    'its sync failed and is tried again',
    {
      status: {
        ...synced,
        sync: { status: 'OutOfSync' },
        operationState: {
          phase: 'Running',
          retryCount: 2,
          message: 'one or more objects failed to apply. Retrying attempt #2 at 2:52AM.',
          syncResult: {
            resources: [
              { kind: 'ConfigMap', name: 'settings', status: 'Synced', message: 'configmap/settings created' },
              { kind: 'Service', name: 'web', status: 'SyncFailed', message: 'spec.ports: Required value' },
            ],
          },
        },
      },
    },
    'failed',
    /^the sync fails: service\/web: spec\.ports: Required value$/,
  ],
  [
    'comparison failed',
    { status: { conditions: [{ type: 'ComparisonError', message: 'no such path' }] } },
    'failed',
    /no such path/,
  ],
  [
    'degraded',
    {
      status: {
        ...synced,
        health: { status: 'Degraded' },
        resources: [{ kind: 'Deployment', name: 'shop', health: { status: 'Degraded', message: 'deadline' } }],
      },
    },
    'failed',
    /deployment\/shop Degraded \(deadline\)/,
  ],
  ['suspended', { status: { ...synced, health: { status: 'Suspended' } } }, 'suspended', /Suspended/],
  [
    'at a step of a Rollout in another cluster, which may be a timed one',
    {
      status: {
        ...synced,
        health: { status: 'Suspended' },
        resources: [
          { kind: 'Rollout', name: 'shop', health: { status: 'Suspended', message: 'CanaryPauseStep' } },
          { kind: 'Service', name: 'shop', health: { status: 'Healthy' } },
        ],
      },
    },
    'progressing',
    /rollout\/shop Suspended \(CanaryPauseStep\)\. A paused Rollout may go on by itself/,
  ],
  [
    'with a suspended Job beside a paused Rollout',
    {
      status: {
        ...synced,
        health: { status: 'Suspended' },
        resources: [
          { kind: 'Rollout', name: 'shop', health: { status: 'Suspended' } },
          { kind: 'Job', name: 'migrate', health: { status: 'Suspended' } },
        ],
      },
    },
    'suspended',
    /job\/migrate/,
  ],
]);
