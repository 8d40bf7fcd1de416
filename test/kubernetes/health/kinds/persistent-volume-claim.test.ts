import { table } from '../table.ts';

table('v1', 'PersistentVolumeClaim', [
  ['bound', { status: { phase: 'Bound' } }, 'current', /bound/],
  ['lost', { status: { phase: 'Lost' } }, 'failed', /gone/],
  ['pending', { status: { phase: 'Pending' } }, 'progressing', /not bound/],
]);
