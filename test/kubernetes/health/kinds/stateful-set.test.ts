import { table } from '../table.ts';

const stateful = {
  observedGeneration: 2,
  replicas: 3,
  readyReplicas: 3,
  availableReplicas: 3,
  currentRevision: 'b',
  updateRevision: 'b',
};
const partitioned = { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } };

table('apps/v1', 'StatefulSet', [
  ['all ready and of one revision', { spec: { replicas: 3 }, status: stateful }, 'current', /3\/3 ready/],
  [
    'half updated',
    { spec: { replicas: 3 }, status: { ...stateful, currentRevision: 'a', updatedReplicas: 1 } },
    'progressing',
    /1\/3 updated/,
  ],
  ['not ready', { spec: { replicas: 3 }, status: { ...stateful, readyReplicas: 2 } }, 'progressing', /2\/3 ready/],
  [
    'not available for minReadySeconds',
    { spec: { replicas: 3 }, status: { ...stateful, availableReplicas: 2 } },
    'progressing',
    /2\/3 available/,
  ],
  [
    'updated down to its partition',
    { spec: partitioned, status: { ...stateful, currentRevision: 'a', updatedReplicas: 1 } },
    'current',
    /partition 2: 1 of 3/,
  ],
  [
    'above its partition not updated',
    { spec: partitioned, status: { ...stateful, currentRevision: 'a', updatedReplicas: 0 } },
    'progressing',
    /0\/1 updated/,
  ],
  [
    'OnDelete waits for a person',
    {
      spec: { replicas: 3, updateStrategy: { type: 'OnDelete' } },
      status: { ...stateful, currentRevision: 'a', updatedReplicas: 1 },
    },
    'paused',
    /1\/3 updated.*delete the old pods/,
  ],
  ['surplus pods', { spec: { replicas: 2 }, status: stateful }, 'progressing', /1 surplus pod/],
]);
