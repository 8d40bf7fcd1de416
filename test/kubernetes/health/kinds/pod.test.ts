import { condition, table } from '../table.ts';

table('v1', 'Pod', [
  ['ready', { status: { phase: 'Running', conditions: [condition('Ready', 'True')] } }, 'current', /ready/],
  ['ended well', { status: { phase: 'Succeeded' } }, 'current', /finished/],
  ['failed', { status: { phase: 'Failed', reason: 'Evicted' } }, 'failed', /Evicted/],
  ['pending', { status: { phase: 'Pending' } }, 'progressing', /Pending/],
]);
