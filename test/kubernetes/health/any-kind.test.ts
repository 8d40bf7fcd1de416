import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeHealth } from '../../../src/kubernetes/health/health.ts';
import { isPositive, meaningOf, meaningOfType } from '../../../src/kubernetes/health/rule/status-words.ts';
import { object } from '../objects.ts';
import { condition, metadata, table } from './table.ts';

const ready = condition('Ready', 'True');
const available = condition('Available', 'True');
const conditions = (...list: object[]) => ({ status: { observedGeneration: 2, conditions: list } });
const status = (fields: object) => ({ status: { observedGeneration: 2, ...fields } });
const parent = (...list: object[]) => status({ ancestors: [{ ancestorRef: { name: 'edge' }, conditions: list }] });

// A kind that has no rule of its own.
table('example.com/v1', 'Widget', [
  [
    'failed, though available (JobSet)',
    conditions(available, condition('Failed', 'True', 'FailedJobs', 'jobset failed')),
    'failed',
    /FailedJobs: jobset failed/,
  ],
  [
    'degraded, though available (OpenShift)',
    conditions(available, condition('Degraded', 'True', 'SyncError', 'no route')),
    'failed',
    /SyncError: no route/,
  ],
  ['degraded, though ready', conditions(ready, condition('Degraded', 'True', 'Disk', 'full')), 'failed', /Disk: full/],
  [
    'progressing, though available (OpenShift)',
    conditions(available, condition('Progressing', 'True', 'Rolling', '1 of 2')),
    'progressing',
    /Rolling: 1 of 2/,
  ],
  ['scaling up, though ready', conditions(ready, condition('ScalingUp', 'True')), 'progressing', /ScalingUp/],
  [
    'done, by the conditions of its Deployment',
    conditions(available, condition('Progressing', 'True', 'NewReplicaSetAvailable')),
    'current',
    /ready/,
  ],
  [
    'past the deadline of its Deployment',
    conditions(available, condition('Progressing', 'False', 'ProgressDeadlineExceeded')),
    'failed',
    /ProgressDeadlineExceeded/,
  ],
  [
    'with a part that is not ready',
    conditions(condition('DatabaseReady', 'False', 'Starting', '0 of 1'), available),
    'progressing',
    /Starting: 0 of 1/,
  ],
  [
    'ready, whatever one part says (Ready sums the parts up)',
    conditions(ready, condition('CacheReady', 'False', 'Disabled')),
    'current',
    /ready/,
  ],
  [
    'ready by the word of an earlier generation',
    conditions({ ...ready, observedGeneration: 1 }),
    'progressing',
    /not seen the change/,
  ],
  [
    'not ready, because of an error',
    conditions(condition('Ready', 'False', 'ReconcileError', 'no such role')),
    'failed',
    /ReconcileError/,
  ],
  [
    'not ready, with an error in the message',
    conditions(condition('Ready', 'False', 'Migrating', 'Error: checksum mismatch')),
    'failed',
    /checksum/,
  ],
  [
    'not ready, graded as an error (Cluster API)',
    conditions({ ...condition('Ready', 'False', 'Vpc'), severity: 'Error' }),
    'failed',
    /Vpc/,
  ],
  ['not ready yet', conditions(condition('Ready', 'False', 'Creating')), 'progressing', /Creating/],
  [
    'accepted, but not programmed',
    conditions(condition('Accepted', 'True'), condition('Programmed', 'False', 'AddressNotAssigned')),
    'progressing',
    /AddressNotAssigned/,
  ],
  ['refused', conditions(condition('Accepted', 'False', 'NotAllowed', 'by no listener')), 'failed', /by no listener/],
  ['not validated yet', conditions(condition('Accepted', 'Unknown', 'Pending')), 'progressing', /Pending/],
  [
    'refused by a parent (each policy of Gateway API)',
    parent(condition('Accepted', 'False', 'TargetNotFound')),
    'failed',
    /edge: TargetNotFound/,
  ],
  [
    'conflicting at a parent',
    parent(condition('Accepted', 'True'), condition('Conflicted', 'True', 'Older')),
    'failed',
    /edge: Older/,
  ],
  [
    'accepted by a parent in an earlier generation',
    parent({ ...condition('Accepted', 'True'), observedGeneration: 1 }),
    'progressing',
    /not seen/,
  ],
  ['accepted by a parent', parent(condition('Accepted', 'True')), 'current', /exists/],
  [
    'failed, with its conditions in a map',
    status({ conditions: { Failed: { status: 'True', message: 'no space' } } }),
    'failed',
    /no space/,
  ],
  [
    'not ready, with its conditions in a map of flags',
    status({ conditions: { ready: false } }),
    'progressing',
    /not ready/,
  ],
  ['ready, with its conditions in a map', status({ conditions: { Ready: 'True' } }), 'current', /ready/],
  [
    'paused',
    conditions(available, condition('Paused', 'True', '', 'by an annotation')),
    'suspended',
    /by an annotation/,
  ],
  ...[
    'Errored',
    'Invalid',
    'Abnormal',
    'Failed',
    'ConfigError',
    'CreateFailed',
    'FailedValidation',
    'UNHEALTHY',
    'ERROR, no such secret',
  ].map((word) => [`in phase ${word}`, status({ phase: word }), 'failed', /^phase is/] as const),
  ...[
    'Provisioning',
    'not-ready',
    'NotReady',
    'IN_PROGRESS',
    'AwaitingApproval',
    'Setting up primary',
    'Pending',
    'Unknown',
    'OutOfSync',
  ].map((word) => [`in state ${word}`, status({ state: word }), 'progressing', /^state is/] as const),
  ...[
    'Running',
    'Active',
    'Ready',
    'Succeeded',
    'ProvisioningSucceeded',
    'Bound',
    'NoErrors',
    'available',
    'Listening',
  ].map((word) => [`in phase ${word}`, status({ phase: word }), 'current', /exists/] as const),
  [
    'failed in one of its environments',
    status({ environments: [{ phase: 'success' }, { phase: 'failure' }] }),
    'failed',
    /environments.1.phase is failure/,
  ],
  [
    'ready, whatever the conditions of one of its runs say',
    status({ conditions: [ready], runs: [{ conditions: [condition('Failed', 'True')] }] }),
    'current',
    /ready/,
  ],
  [
    'current, whatever its history says',
    status({ phase: 'Ready', history: [{ conditions: [condition('Failed', 'True')] }] }),
    'current',
    /exists/,
  ],
  [
    'current, whatever its last backup says',
    status({ phase: 'Ready', lastBackup: { status: 'Failed' } }),
    'current',
    /exists/,
  ],
  [
    'invalid, with an error',
    status({ valid: false, error: 'no such field' }),
    'failed',
    /valid is false: no such field/,
  ],
  ['not ready by a flag', status({ ready: false }), 'progressing', /ready is false/],
  ['with an error and nothing else', status({ errMsg: 'no such host' }), 'failed', /no such host/],
  ['usable, with the error of an earlier attempt', status({ ready: true, error: 'timed out' }), 'current', /exists/],
  ['with too few replicas', { spec: { replicas: 3 }, ...status({ readyReplicas: 1 }) }, 'progressing', /1 of 3/],
  ['with too few replicas, as a fraction', status({ ready: '1/3' }), 'progressing', /1\/3/],
]);

describe('the words of a status', () => {
  it('are read as a condition by what they end with', () => {
    expect(
      ['Progressing', 'RollingOut', 'NotReady', 'Issuing', 'ScalingLimited', 'Running', 'Warning'].map(meaningOfType),
    ).toStrictEqual(['unfinished', 'unfinished', 'unfinished', 'unfinished', undefined, undefined, undefined]);
    expect(['Failed', 'ReplicaFailure', 'ErrorOccurred', 'NoErrors'].map(meaningOfType)).toStrictEqual([
      'failed',
      'failed',
      'failed',
      undefined,
    ]);
    expect(['DatabaseReady', 'ResolvedRefs', 'NotReady', 'Upgradeable', 'Active'].map(isPositive)).toStrictEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('of any length and content are read in no time, without an error', () => {
    const check = fc.property(fc.string({ maxLength: 5000 }), (word) => {
      meaningOf(word);
      meaningOfType(word);
    });
    fc.assert(check, { seed: 12, numRuns: 500 });
  });
});

it('a status of any shape gets a verdict with a message', () => {
  const keys = ['conditions', 'phase', 'state', 'health', 'parents', 'ready', 'error', 'readyReplicas', 'scale'];
  const shape = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue());
  const check = fc.property(shape, (fields) => {
    const verdict = judgeHealth(object({ apiVersion: 'example.com/v1', kind: 'Widget', metadata, status: fields }));
    expect(verdict.message.length).toBeGreaterThan(0);
  });
  fc.assert(check, { seed: 12, numRuns: 2000 });
});
