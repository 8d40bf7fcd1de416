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
    'a PostSync hook failed',
    {
      status: {
        ...synced,
        operationState: {
          ...{ phase: 'Failed', finishedAt: '2026-03-01T12:00:00Z', message: 'one or more tasks failed' },
          syncResult: {
            revision: 'a'.repeat(40),
            resources: [
              { kind: 'Deployment', name: 'shop', status: 'Synced', message: 'deployment.apps/shop configured' },
              { kind: 'Job', name: 'notify', hookType: 'PostSync', hookPhase: 'Failed', message: 'BackoffLimit' },
            ],
          },
        },
      },
    },
    'failed',
    /^the sync ended Failed: job\/notify \(PostSync hook\): BackoffLimit$/,
  ],
  [
    'a resource of a wave did not become healthy',
    {
      status: {
        ...synced,
        sync: { status: 'OutOfSync' },
        operationState: {
          phase: 'Failed',
          syncResult: {
            resources: [{ kind: 'Deployment', name: 'db', status: 'Synced', hookPhase: 'Failed', message: 'deadline' }],
          },
        },
      },
    },
    'failed',
    /deployment\/db: deadline/,
  ],
  [
    'the last sync failed, but was of another commit',
    {
      status: {
        ...synced,
        operationState: {
          ...{ phase: 'Failed', finishedAt: '2026-03-01T12:00:00Z', message: 'no' },
          syncResult: { revision: 'b'.repeat(40) },
        },
      },
    },
    'current',
    /synced and healthy/,
  ],
  [
    'the retry of its sync is under way',
    {
      status: {
        ...synced,
        operationState: { phase: 'Running', retryCount: 2, message: 'waiting for healthy state of apps/Deployment/db' },
      },
    },
    'progressing',
    /syncing: waiting for healthy state/,
  ],
  [
    'a sync window is closed',
    {
      status: {
        ...synced,
        sync: { status: 'OutOfSync' },
        operationState: { phase: 'Running', message: 'Sync operation blocked by sync window' },
      },
    },
    'progressing',
    /blocked by sync window/,
  ],
  [
    'it must prune objects, and may not',
    {
      spec: { syncPolicy: { automated: {} } },
      status: {
        ...synced,
        sync: { status: 'OutOfSync' },
        resources: [{ kind: 'Service', name: 'web', status: 'OutOfSync', requiresPruning: true }],
      },
    },
    'progressing',
    /service\/web must be pruned, but automated pruning is off/,
  ],
  ['nobody syncs it', { status: { ...synced, sync: { status: 'OutOfSync' } } }, 'progressing', /automated sync is off/],
  [
    'automated sync has given up',
    {
      spec: { syncPolicy: { automated: {} } },
      status: {
        ...synced,
        sync: { status: 'OutOfSync', revision: 'a'.repeat(40) },
        conditions: [{ type: 'SyncError', message: 'auto-sync will wipe out all resources' }],
      },
    },
    'failed',
    /wipe out/,
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
