import { table } from '../table.ts';

const daemons = {
  observedGeneration: 2,
  desiredNumberScheduled: 2,
  updatedNumberScheduled: 2,
  numberReady: 2,
  numberAvailable: 2,
};

table('apps/v1', 'DaemonSet', [
  ['on every node', { status: daemons }, 'current', /2\/2/],
  ['one node to update', { status: { ...daemons, updatedNumberScheduled: 1 } }, 'progressing', /1\/2 updated/],
  ['not available', { status: { ...daemons, numberAvailable: 1 } }, 'progressing', /1\/2 available/],
  ['no node wants it', { status: { observedGeneration: 2, desiredNumberScheduled: 0 } }, 'current', /no node/],
  [
    'OnDelete',
    { spec: { updateStrategy: { type: 'OnDelete' } }, status: { ...daemons, updatedNumberScheduled: 0 } },
    'paused',
    /delete the old pods/,
  ],
]);
