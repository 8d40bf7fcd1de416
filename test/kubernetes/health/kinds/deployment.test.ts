import { expect, it } from '@jest/globals';
import { judgeHealth } from '../../../../src/kubernetes/health/health.ts';
import { object } from '../../objects.ts';
import { condition, metadata, table } from '../table.ts';

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
  [
    'the largest deadline is none either (kubectl waits forever)',
    { spec: { replicas: 3, progressDeadlineSeconds: 2_147_483_647 }, status: { ...rolledOut, conditions: [] } },
    'current',
    /3\/3/,
  ],
  ['scaled to 0', { spec: { replicas: 0 }, status: { observedGeneration: 2 } }, 'current', /scaled to 0/],
]);

it('an object that is being deleted is progressing', () => {
  const dying = { ...metadata, deletionTimestamp: '2026-03-01T12:00:00Z' };
  const verdict = judgeHealth(
    object({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: dying, spec, status: rolledOut }),
  );
  expect([verdict.status, verdict.message]).toStrictEqual(['progressing', 'is being deleted']);
});
