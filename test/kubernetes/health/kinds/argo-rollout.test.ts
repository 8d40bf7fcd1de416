import { describe, expect, it } from '@jest/globals';
import { causes } from '../../../../src/kubernetes/failures/causes.ts';
import { object, pod, relationsAmong } from '../../objects.ts';
import { startAssessor } from '../../rollout/deployment.ts';
import { metadata, table } from '../table.ts';

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

describe('the ReplicaSet that a Rollout keeps for a fast rollback', () => {
  const rollout = object({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'shop', namespace: 'staging', uid: 'uid-rollout', generation: 2 },
    spec: { replicas: 1, strategy: { blueGreen: { activeService: 'shop', scaleDownDelaySeconds: 3600 } } },
    status: { phase: 'Healthy', observedGeneration: '2', currentPodHash: 'new', readyReplicas: 1 },
  });
  const set = (hash: string, annotations: object = {}) =>
    object({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `shop-${hash}`,
        uid: `uid-${hash}`,
        labels: { 'rollouts-pod-template-hash': hash },
        annotations,
        ownerReferences: [{ kind: 'Rollout', name: 'shop', uid: 'uid-rollout', controller: true }],
      },
    });
  const look = (annotations: object) => {
    const [current, old] = [set('new'), set('old', annotations)];
    const pods = [
      pod({ name: 'shop-new-1', owner: current, ready: true }),
      pod({ name: 'shop-old-1', owner: old, ready: true }),
    ];
    const { assess } = startAssessor();
    return assess.assess(rollout, undefined, relationsAmong([current, old, ...pods]));
  };

  it('with a scale-down deadline has no old pods to wait for', () => {
    const { status, oldPods } = look({ 'scale-down-deadline': '2026-03-01T13:00:00Z' });
    expect([status, oldPods]).toStrictEqual(['current', 0]);
  });

  it('without a scale-down deadline has old pods to wait for', () => {
    const { status, message } = look({});
    expect([status, message]).toStrictEqual(['progressing', '1 old pod left']);
  });
});

describe('a Degraded Rollout', () => {
  const degraded = (message: string) =>
    object({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'shop', namespace: 'staging', uid: 'uid-rollout', generation: 4 },
      spec: { replicas: 2 },
      status: { phase: 'Degraded', message, observedGeneration: '4', readyReplicas: 2 },
    });
  it.each([
    ['ProgressDeadlineExceeded', 'ReplicaSet "shop-97dd95fb5" has timed out progressing.', 'progress-deadline'],
    ['RolloutAborted', 'Rollout aborted update to revision 2', 'stalled'],
    ['InvalidSpec', 'The Rollout "shop" is invalid: spec.strategy: Required value', 'stalled'],
  ] as const)('fails within the grace of its cause if only a change can help (%s)', (reason, text, cause) => {
    const message = `${reason}: ${text}`;
    const { assess, pass } = startAssessor();
    assess.assess(degraded(message), undefined, relationsAmong([]));
    pass(Number(causes[cause].grace));
    const found = assess.assess(degraded(message), undefined, relationsAmong([]));
    expect([found.status, found.cause, found.message]).toStrictEqual(['failed', cause, message]);
  });

  it('with an unknown reason is degraded and may recover', () => {
    const { assess, pass } = startAssessor();
    const look = () => assess.assess(degraded('Something: new'), undefined, relationsAmong([])).status;
    expect(look()).toBe('progressing');
    pass(15_000);
    expect(look()).toBe('failed');
  });
});
