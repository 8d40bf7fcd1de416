import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, field, isFalse, isTrue, not } from '../rule/status-test.ts';

const numaflow = ['numaflow.numaproj.io'];
const numaplane = ['numaplane.numaproj.io'];
const phase = (...values: string[]) => field('status.phase', ...values);
/** Numaplane judges the new version, and writes the result to a label. */
const upgradeFailed = field(['metadata', 'labels', 'numaplane.numaproj.io/progressive-result-state'], 'failed');

/** Numaflow, Numaplane and Keptn. */
export const streams: readonly StatusCriteria[] = [
  {
    groups: numaflow,
    kinds: ['Pipeline', 'MonoVertex', 'Vertex', 'InterStepBufferService'],
    conventions: true,
    suspended: [phase('Paused')],
    current: [phase('Running', 'Succeeded', 'Completed'), not(upgradeFailed)],
    degraded: [
      upgradeFailed,
      phase('Failed'),
      ...[
        'PodsHealthy',
        'DaemonHealthy',
        'DaemonServiceHealthy',
        'VerticesHealthy',
        'SideInputsManagersHealthy',
        'ChildrenResourcesHealthy',
      ].map((type) => isFalse(type)),
    ],
    message: 'status.message',
  },
  {
    groups: numaplane,
    conventions: true,
    suspended: [isTrue('PipelinePausingOrPaused', 'Paused'), isTrue('MonoVertexPausingOrPaused', 'MonoVertexPaused')],
    current: [
      any(phase('Deployed'), phase('Running')),
      any(not(field('status.upgradeInProgress')), field('status.upgradeInProgress', '')),
    ],
    degraded: [
      phase('Failed'),
      isFalse('ProgressiveUpgradeSucceeded'),
      isFalse('ChildResourcesHealthy', 'MonoVertexFailed', 'PipelineFailed', 'ISBSvcFailed', 'Failed'),
    ],
    message: 'status.message',
  },
  {
    groups: ['lifecycle.keptn.sh'],
    kinds: ['KeptnTask', 'KeptnAppVersion', 'KeptnWorkloadInstance', 'KeptnWorkloadVersion'],
    current: [field('status.status', 'Succeeded')],
    degraded: [field('status.status', 'Failed', 'Deprecated')],
  },
  {
    groups: ['lifecycle.keptn.sh'],
    kinds: ['KeptnEvaluation'],
    current: [field('status.overallStatus', 'Succeeded')],
    degraded: [field('status.overallStatus', 'Failed')],
  },
  {
    groups: ['metrics.keptn.sh'],
    kinds: ['Analysis'],
    runsOnce: true,
    current: [any(field('status.pass', true), field('status.warning', true))],
    failed: [field('status.pass', false)],
  },
  {
    groups: ['metrics.keptn.sh'],
    kinds: ['KeptnMetric'],
    current: [field('status.value'), any(not(field('status.errMsg')), field('status.errMsg', ''))],
    reportsError: [field('status.errMsg')],
    message: 'status.errMsg',
  },
];
