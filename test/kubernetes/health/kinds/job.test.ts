import { condition, table } from '../table.ts';

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
