import { describe, expect, it } from '@jest/globals';
import { judgeHealth } from '../../../src/kubernetes/health/health.ts';
import { kindRules } from '../../../src/kubernetes/health/kind-rules.ts';
import { operatorCriteria } from '../../../src/kubernetes/health/operators/families.ts';
import type { KindRule } from '../../../src/kubernetes/health/rule/kind-rule.ts';
import type { StatusCriteria } from '../../../src/kubernetes/health/rule/status-criteria.ts';
import { expectWithNote } from '../../jest-support.ts';
import { object } from '../objects.ts';

type Row = readonly [what: string, fields: object, status: string, message: RegExp];

const metadata = { name: 'shop', namespace: 'staging', uid: 'uid-shop', generation: 2 };
const condition = (type: string, status: string, reason = '', message = '') => ({ type, status, reason, message });

function table(apiVersion: string, kind: string, rows: readonly Row[]): void {
  describe(kind, () => {
    for (const [what, fields, status, message] of rows)
      it(`is ${status}: ${what}`, () => {
        const verdict = judgeHealth(object({ apiVersion, kind, metadata, ...fields }));
        expectWithNote(verdict.status, verdict.message).toBe(status);
        expect(verdict.message).toMatch(message);
      });
  });
}

const rolledOut = {
  observedGeneration: 2,
  replicas: 3,
  updatedReplicas: 3,
  readyReplicas: 3,
  availableReplicas: 3,
  conditions: [condition('Progressing', 'True', 'NewReplicaSetAvailable'), condition('Available', 'True')],
};
const spec = { replicas: 3, progressDeadlineSeconds: 600 };

table('apps/v1', 'Deployment', [
  ['all updated and available', { spec, status: rolledOut }, 'current', /^3\/3 updated and available$/],
  ['not seen by its controller', { spec }, 'progressing', /not seen it yet/],
  [
    'status of an earlier generation',
    { spec, status: { ...rolledOut, observedGeneration: 1 } },
    'progressing',
    /not seen the change/,
  ],
  [
    'pods to update',
    { spec, status: { ...rolledOut, updatedReplicas: 1 } },
    'progressing',
    /1\/3 updated, 2 old pods left/,
  ],
  ['old pods left', { spec, status: { ...rolledOut, replicas: 4 } }, 'progressing', /^1 old pod left$/],
  ['not available', { spec, status: { ...rolledOut, availableReplicas: 2 } }, 'progressing', /2\/3 available/],
  ['not ready', { spec, status: { ...rolledOut, readyReplicas: 2 } }, 'progressing', /2\/3 ready/],
  [
    'conditions of the previous rollout',
    { spec, status: { ...rolledOut, conditions: [condition('Progressing', 'True', 'ReplicaSetUpdated')] } },
    'progressing',
    /not yet recorded/,
  ],
  [
    'Available=False',
    {
      spec,
      status: {
        ...rolledOut,
        conditions: [
          condition('Progressing', 'True', 'NewReplicaSetAvailable'),
          condition('Available', 'False', '', 'minimum'),
        ],
      },
    },
    'progressing',
    /minimum/,
  ],
  [
    'over its deadline',
    {
      spec,
      status: {
        ...rolledOut,
        updatedReplicas: 1,
        conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded')],
      },
    },
    'failed',
    /1\/3 updated/,
  ],
  ['paused, though all is ready', { spec: { ...spec, paused: true }, status: rolledOut }, 'suspended', /paused/],
  [
    'without a deadline there is no such condition',
    { spec: { replicas: 3 }, status: { ...rolledOut, conditions: [] } },
    'current',
    /3\/3/,
  ],
  ['scaled to 0', { spec: { replicas: 0 }, status: { observedGeneration: 2 } }, 'current', /scaled to 0/],
]);

const stateful = {
  observedGeneration: 2,
  replicas: 3,
  readyReplicas: 3,
  availableReplicas: 3,
  currentRevision: 'b',
  updateRevision: 'b',
};
const partitioned = { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } };
table('apps/v1', 'StatefulSet', [
  ['all ready and of one revision', { spec: { replicas: 3 }, status: stateful }, 'current', /3\/3 ready/],
  [
    'half updated',
    { spec: { replicas: 3 }, status: { ...stateful, currentRevision: 'a', updatedReplicas: 1 } },
    'progressing',
    /1\/3 updated/,
  ],
  ['not ready', { spec: { replicas: 3 }, status: { ...stateful, readyReplicas: 2 } }, 'progressing', /2\/3 ready/],
  [
    'not available for minReadySeconds',
    { spec: { replicas: 3 }, status: { ...stateful, availableReplicas: 2 } },
    'progressing',
    /2\/3 available/,
  ],
  [
    'updated down to its partition',
    { spec: partitioned, status: { ...stateful, currentRevision: 'a', updatedReplicas: 1 } },
    'current',
    /partition 2: 1 of 3/,
  ],
  [
    'above its partition not updated',
    { spec: partitioned, status: { ...stateful, currentRevision: 'a', updatedReplicas: 0 } },
    'progressing',
    /0\/1 updated/,
  ],
  [
    'OnDelete waits for a person',
    {
      spec: { replicas: 3, updateStrategy: { type: 'OnDelete' } },
      status: { ...stateful, currentRevision: 'a', updatedReplicas: 1 },
    },
    'paused',
    /1\/3 updated.*delete the old pods/,
  ],
  ['surplus pods', { spec: { replicas: 2 }, status: stateful }, 'progressing', /1 surplus pod/],
]);

const daemons = {
  observedGeneration: 2,
  desiredNumberScheduled: 2,
  updatedNumberScheduled: 2,
  numberReady: 2,
  numberAvailable: 2,
};
table('apps/v1', 'DaemonSet', [
  ['on every node', { status: daemons }, 'current', /2\/2/],
  ['one node to update', { status: { ...daemons, updatedNumberScheduled: 1 } }, 'progressing', /1\/2 updated/],
  ['not available', { status: { ...daemons, numberAvailable: 1 } }, 'progressing', /1\/2 available/],
  ['no node wants it', { status: { observedGeneration: 2, desiredNumberScheduled: 0 } }, 'current', /no node/],
  [
    'OnDelete',
    { spec: { updateStrategy: { type: 'OnDelete' } }, status: { ...daemons, updatedNumberScheduled: 0 } },
    'paused',
    /delete the old pods/,
  ],
]);

table('v1', 'Pod', [
  ['ready', { status: { phase: 'Running', conditions: [condition('Ready', 'True')] } }, 'current', /ready/],
  ['ended well', { status: { phase: 'Succeeded' } }, 'current', /finished/],
  ['failed', { status: { phase: 'Failed', reason: 'Evicted' } }, 'failed', /Evicted/],
  ['pending', { status: { phase: 'Pending' } }, 'progressing', /Pending/],
]);

table('batch/v1', 'Job', [
  ['complete', { status: { succeeded: 1, conditions: [condition('Complete', 'True')] } }, 'current', /complete/],
  ['running (kstatus says current)', { status: { active: 1 } }, 'progressing', /0\/1 succeeded, 1 active/],
  [
    'failed',
    { status: { failed: 4, conditions: [condition('Failed', 'True', 'BackoffLimitExceeded', 'too often')] } },
    'failed',
    /BackoffLimitExceeded/,
  ],
  ['suspended', { spec: { suspend: true } }, 'suspended', /suspended/],
]);

table('v1', 'PersistentVolumeClaim', [
  ['bound', { status: { phase: 'Bound' } }, 'current', /bound/],
  ['lost', { status: { phase: 'Lost' } }, 'failed', /gone/],
  ['pending', { status: { phase: 'Pending' } }, 'progressing', /not bound/],
]);

table('v1', 'Service', [
  ['of the cluster', { spec: { type: 'ClusterIP' } }, 'current', /exists/],
  ['without its address', { spec: { type: 'LoadBalancer' } }, 'progressing', /no address/],
  [
    'with its address',
    { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } },
    'current',
    /address/,
  ],
]);

const scaling = (...conditions: object[]) => ({ status: { currentReplicas: 2, conditions } });
table('autoscaling/v2', 'HorizontalPodAutoscaler', [
  [
    'scaling',
    scaling(
      condition('AbleToScale', 'True', 'ReadyForNewScale'),
      condition('ScalingActive', 'True', 'ValidMetricFound'),
    ),
    'current',
    /2 replicas/,
  ],
  [
    'of a workload that is scaled to 0',
    scaling(condition('AbleToScale', 'True'), condition('ScalingActive', 'False', 'ScalingDisabled', 'is 0')),
    'current',
    /2 replicas/,
  ],
  ['not observed yet', {}, 'progressing', /not seen it yet/],
  [
    'without metrics',
    scaling(
      condition('AbleToScale', 'True', 'SucceededGetScale'),
      condition('ScalingActive', 'False', 'FailedGetResourceMetric', 'no metrics returned from resource metrics API'),
    ),
    'progressing',
    /no metrics returned/,
  ],
  [
    'without its workload',
    scaling(condition('AbleToScale', 'False', 'FailedGetScale', 'deployments.apps "shop" not found')),
    'progressing',
    /"shop" not found/,
  ],
]);

table('policy/v1', 'PodDisruptionBudget', [
  ['met', { status: { observedGeneration: 2, currentHealthy: 3, desiredHealthy: 2 } }, 'current', /3 of 2 healthy/],
  ['of no pods', { status: { observedGeneration: 2, currentHealthy: 0, desiredHealthy: 0 } }, 'current', /0 of 0/],
  ['not met', { status: { observedGeneration: 2, currentHealthy: 1, desiredHealthy: 2 } }, 'progressing', /1 of 2/],
  ['not observed yet', {}, 'progressing', /not seen it yet/],
]);

table('v1', 'ReplicationController', [
  [
    'available',
    { spec: { replicas: 2 }, status: { observedGeneration: 2, replicas: 2, readyReplicas: 2, availableReplicas: 2 } },
    'current',
    /2\/2/,
  ],
  [
    'starting',
    { spec: { replicas: 2 }, status: { observedGeneration: 2, replicas: 2, readyReplicas: 1 } },
    'progressing',
    /0\/2 available/,
  ],
  ['not observed yet', { spec: { replicas: 0 } }, 'progressing', /not seen it yet/],
]);

table('apps/v1', 'ReplicaSet', [
  [
    'available',
    { spec: { replicas: 2 }, status: { observedGeneration: 2, replicas: 2, readyReplicas: 2, availableReplicas: 2 } },
    'current',
    /2\/2/,
  ],
  [
    'with one too many',
    { spec: { replicas: 1 }, status: { observedGeneration: 2, replicas: 2 } },
    'progressing',
    /^1 surplus pod left$/,
  ],
]);

table('batch/v1', 'CronJob', [
  ['scheduled', { spec: { schedule: '5 4 * * *' } }, 'current', /scheduled 5 4/],
  ['suspended on purpose', { spec: { suspend: true } }, 'current', /suspended \(spec.suspend\)/],
]);

table('networking.k8s.io/v1', 'Ingress', [
  ['with an address', { status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } }, 'current', /address/],
  ['without', { status: { loadBalancer: {} } }, 'progressing', /not assigned an address/],
]);

table('apiextensions.k8s.io/v1', 'CustomResourceDefinition', [
  [
    'established',
    { status: { conditions: [condition('NamesAccepted', 'True'), condition('Established', 'True')] } },
    'current',
    /established/,
  ],
  ['new', {}, 'progressing', /not yet established/],
  [
    'of names that are taken',
    { status: { conditions: [condition('NamesAccepted', 'False', 'PluralConflict', '"shops" is already in use')] } },
    'failed',
    /already in use/,
  ],
]);

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
]);

const blueGreenPause = (blueGreen: object) => ({
  spec: { strategy: { blueGreen } },
  status: {
    phase: 'Paused',
    message: 'BlueGreenPause',
    controllerPause: true,
    pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-03-01T12:00:00Z' }],
  },
});
table('argoproj.io/v1alpha1', 'Rollout', [
  [
    'healthy',
    { spec: { replicas: 1 }, status: { phase: 'Healthy', observedGeneration: '2', readyReplicas: 1 } },
    'current',
    /1\/1/,
  ],
  [
    'of an earlier generation',
    { status: { phase: 'Healthy', observedGeneration: '1' } },
    'progressing',
    /not seen the change/,
  ],
  [
    'at a step for a person',
    { spec: { strategy: { canary: { steps: [{ pause: {} }] } } }, status: { phase: 'Paused', currentStepIndex: 0 } },
    'paused',
    /gate or a person/,
  ],
  [
    'at a step with a duration',
    {
      spec: { strategy: { canary: { steps: [{ pause: { duration: 10 } }] } } },
      status: { phase: 'Paused', currentStepIndex: 0 },
    },
    'progressing',
    /pausing/,
  ],
  [
    'paused by a person during a step with a duration',
    {
      spec: { paused: true, strategy: { canary: { steps: [{ pause: { duration: '1h' } }] } } },
      status: { phase: 'Paused', message: 'manually paused', currentStepIndex: 0 },
    },
    'paused',
    /manually paused/,
  ],
  [
    'promoted by itself after autoPromotionSeconds',
    blueGreenPause({ autoPromotionEnabled: false, autoPromotionSeconds: 30 }),
    'progressing',
    /pausing.*BlueGreenPause/,
  ],
  [
    'promoted by a person',
    blueGreenPause({ autoPromotionEnabled: false }),
    'paused',
    /gate or a person.*BlueGreenPause/,
  ],
  ['a blue-green of old controllers, 0 s', blueGreenPause({ autoPromotionSeconds: 0 }), 'paused', /person/],
  [
    'an analysis that could not decide, at a step with a duration',
    {
      spec: { strategy: { canary: { steps: [{ pause: { duration: 10 } }] } } },
      status: {
        phase: 'Paused',
        message: 'InconclusiveAnalysisRun',
        currentStepIndex: 0,
        controllerPause: true,
        pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: '2026-03-01T12:00:00Z' }],
      },
    },
    'paused',
    /InconclusiveAnalysisRun/,
  ],
  [
    'resumed a moment ago',
    { status: { phase: 'Paused', message: 'CanaryPauseStep', controllerPause: true } },
    'progressing',
    /resume/,
  ],
  [
    'the Deployment it refers to has changed',
    {
      metadata: { ...metadata, annotations: { 'rollout.argoproj.io/workload-generation': '5' } },
      spec: { workloadRef: { kind: 'Deployment', name: 'shop' } },
      status: { phase: 'Healthy', observedGeneration: '2', workloadObservedGeneration: '4' },
    },
    'progressing',
    /not seen the change of the workload/,
  ],
  ['degraded', { status: { phase: 'Degraded', message: 'aborted' } }, 'failed', /aborted/],
]);

const flux = (ready: object, others: object = {}) => ({
  status: { observedGeneration: 2, conditions: [ready], ...others },
});
table('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', [
  ['ready', flux(condition('Ready', 'True', 'ReconciliationSucceeded')), 'current', /ready/],
  ['suspended', { spec: { suspend: true } }, 'suspended', /suspended/],
  ['new', {}, 'progressing', /not yet reconciled/],
  ['waits for another', flux(condition('Ready', 'False', 'DependencyNotReady', 'dep')), 'progressing', /dep/],
  ['failed', flux(condition('Ready', 'False', 'BuildFailed', 'no kustomization.yaml')), 'failed', /no kustomization/],
  [
    'stalled',
    { status: { observedGeneration: 2, conditions: [condition('Stalled', 'True', 'Invalid', 'path')] } },
    'failed',
    /Invalid: path/,
  ],
]);

for (const [group, kind] of [
  ['image', 'ImageRepository'],
  ['image', 'ImagePolicy'],
  ['image', 'ImageUpdateAutomation'],
  ['notification', 'Receiver'],
  ['source', 'ExternalArtifact'],
] as const)
  table(`${group}.toolkit.fluxcd.io/v1`, kind, [
    ['ready', flux(condition('Ready', 'True', 'Succeeded')), 'current', /ready/],
    ['new', {}, 'progressing', /not yet reconciled/],
    ['suspended', { spec: { suspend: true } }, 'suspended', /suspended/],
  ]);

table('example.com/v1', 'Database', [
  ['available, by a controller that writes no Ready', flux(condition('Available', 'True')), 'current', /ready/],
  ['not available', flux(condition('Available', 'False', 'NoPods', 'none')), 'progressing', /NoPods: none/],
  ['a run that goes on', flux(condition('Succeeded', 'Unknown', 'Running')), 'progressing', /Running/],
  [
    'unfinished by its phase',
    { status: { observedGeneration: 2, phase: 'Provisioning' } },
    'progressing',
    /^phase is Provisioning$/,
  ],
  ['failed by its state, which may be temporary', { status: { state: 'ERROR' } }, 'progressing', /^state is ERROR$/],
  ['active by its phase', { status: { phase: 'Active' } }, 'current', /exists/],
  [
    'ready, whatever its phase',
    { status: { phase: 'Pending', conditions: [condition('Ready', 'True')] } },
    'current',
    /ready/,
  ],
  ['paused (Crossplane)', flux(condition('Synced', 'False', 'ReconcilePaused', 'on hold')), 'suspended', /on hold/],
  ['without conditions', {}, 'current', /exists/],
  ['ready', flux(condition('Ready', 'True')), 'current', /ready/],
  ['not ready', flux(condition('Ready', 'False', 'Creating', 'volume')), 'progressing', /Creating: volume/],
  ['stalled', flux(condition('Stalled', 'True', 'Quota', 'no more')), 'failed', /Quota: no more/],
  ['reconciling', flux(condition('Reconciling', 'True', '', 'step 2')), 'progressing', /step 2/],
  [
    'condition of an earlier generation',
    flux({ ...condition('Ready', 'True'), observedGeneration: 1 }),
    'progressing',
    /not seen the change/,
  ],
  ['not synced (Crossplane)', flux(condition('Synced', 'False', '', 'denied')), 'progressing', /denied/],
]);

it('an object that is being deleted is progressing', () => {
  const dying = { ...metadata, deletionTimestamp: '2026-03-01T12:00:00Z' };
  const verdict = judgeHealth(
    object({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: dying, spec, status: rolledOut }),
  );
  expect([verdict.status, verdict.message]).toStrictEqual(['progressing', 'is being deleted']);
});

it('no kind has two rules, be they code or data', () => {
  const rules: readonly KindRule[] = Object.values(kindRules).flat();
  const criteria: readonly StatusCriteria[] = Object.values(operatorCriteria).flat();
  const names = [
    ...rules.map(({ group, kind }) => `${kind}.${group}`),
    ...criteria.flatMap(({ groups, kinds = ['*'] }) =>
      groups.flatMap((group) => kinds.map((kind) => `${kind}.${group}`)),
    ),
  ];
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toStrictEqual([]);
});
