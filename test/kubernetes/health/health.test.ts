import { expect, it } from '@jest/globals';
import { kindRules } from '../../../src/kubernetes/health/kind-rules.ts';
import { operatorCriteria } from '../../../src/kubernetes/health/operators/families.ts';
import type { KindRule } from '../../../src/kubernetes/health/rule/kind-rule.ts';
import type { StatusCriteria } from '../../../src/kubernetes/health/rule/status-criteria.ts';
import { condition, conditionStatus, table } from './table.ts';

table('example.com/v1', 'Database', [
  [
    'available, by a controller that writes no Ready',
    conditionStatus(condition('Available', 'True')),
    'current',
    /ready/,
  ],
  ['not available', conditionStatus(condition('Available', 'False', 'NoPods', 'none')), 'progressing', /NoPods: none/],
  ['a run that goes on', conditionStatus(condition('Succeeded', 'Unknown', 'Running')), 'progressing', /Running/],
  [
    'unfinished by its phase',
    { status: { observedGeneration: 2, phase: 'Provisioning' } },
    'progressing',
    /^phase is Provisioning$/,
  ],
  ['failed by its state, for as long as the grace', { status: { state: 'ERROR' } }, 'failed', /^state is ERROR$/],
  ['active by its phase', { status: { phase: 'Active' } }, 'current', /exists/],
  [
    'ready, but unfinished by its phase',
    { status: { phase: 'Pending', conditions: [condition('Ready', 'True')] } },
    'progressing',
    /phase is Pending/,
  ],
  [
    'paused (Crossplane)',
    conditionStatus(condition('Synced', 'False', 'ReconcilePaused', 'on hold')),
    'suspended',
    /on hold/,
  ],
  ['without conditions', {}, 'current', /exists/],
  ['ready', conditionStatus(condition('Ready', 'True')), 'current', /ready/],
  ['not ready', conditionStatus(condition('Ready', 'False', 'Creating', 'volume')), 'progressing', /Creating: volume/],
  ['stalled', conditionStatus(condition('Stalled', 'True', 'Quota', 'no more')), 'failed', /Quota: no more/],
  ['reconciling', conditionStatus(condition('Reconciling', 'True', '', 'step 2')), 'progressing', /step 2/],
  [
    'condition of an earlier generation',
    conditionStatus({ ...condition('Ready', 'True'), observedGeneration: 1 }),
    'progressing',
    /not seen the change/,
  ],
  ['not synced (Crossplane)', conditionStatus(condition('Synced', 'False', '', 'denied')), 'progressing', /denied/],
]);

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
