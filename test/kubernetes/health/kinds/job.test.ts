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
  [
    'failed, while its pods are still ending',
    {
      status: { failed: 1, active: 1, conditions: [condition('FailureTarget', 'True', 'PodFailurePolicy', 'exit 42')] },
    },
    'failed',
    /PodFailurePolicy: exit 42/,
  ],
  ['suspended', { spec: { suspend: true } }, 'suspended', /suspended/],
]);
