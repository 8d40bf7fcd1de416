import { table } from '../table.ts';

table('v1', 'ReplicationController', [
  [
    'available',
    { spec: { replicas: 2 }, status: { observedGeneration: 2, replicas: 2, readyReplicas: 2, availableReplicas: 2 } },
    'current',
    /2\/2/,
  ],
  [
    'starting',
    { spec: { replicas: 2 }, status: { observedGeneration: 2, replicas: 2, readyReplicas: 1 } },
    'progressing',
    /0\/2 available/,
  ],
  ['not observed yet', { spec: { replicas: 0 } }, 'progressing', /not seen it yet/],
]);

table('apps/v1', 'ReplicaSet', [
  [
    'available',
    { spec: { replicas: 2 }, status: { observedGeneration: 2, replicas: 2, readyReplicas: 2, availableReplicas: 2 } },
    'current',
    /2\/2/,
  ],
  [
    'with one too many',
    { spec: { replicas: 1 }, status: { observedGeneration: 2, replicas: 2 } },
    'progressing',
    /^1 surplus pod left$/,
  ],
]);
