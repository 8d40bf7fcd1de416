import { condition, table } from '../table.ts';

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
  [
    'of a workload that is scaled to 0',
    { status: { observedGeneration: 2, currentHealthy: 0, desiredHealthy: 1, expectedPods: 0 } },
    'current',
    /0 of 1/,
  ],
  [
    'of fewer pods than it asks for, all of them healthy',
    { status: { observedGeneration: 2, currentHealthy: 1, desiredHealthy: 2, expectedPods: 1 } },
    'current',
    /1 of 2/,
  ],
  [
    'that the controller cannot apply',
    {
      status: {
        observedGeneration: 2,
        conditions: [condition('DisruptionAllowed', 'False', 'SyncFailed', 'found no controller ref for pod')],
      },
    },
    'failed',
    /no controller ref/,
  ],
  ['not met', { status: { observedGeneration: 2, currentHealthy: 1, desiredHealthy: 2 } }, 'progressing', /1 of 2/],
  ['not observed yet', {}, 'progressing', /not seen it yet/],
]);
