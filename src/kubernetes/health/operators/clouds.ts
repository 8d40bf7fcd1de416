import type { StatusTable } from '../rule/status-table.ts';
import { any, never, no, yes } from '../rule/status-test.ts';

/** What the clouds' own controllers keep: AWS (ACK), Google (Config Connector), Azure (Service Operator). */
export const clouds: readonly StatusTable[] = [
  {
    groups: ['*.services.k8s.aws'],
    current: [any(yes('Ready'), yes('ACK.ResourceSynced')), never(yes('ACK.Terminal'))],
    failed: [yes('ACK.Terminal')],
    troubled: [yes('ACK.Recoverable')],
  },
  {
    groups: ['*.cnrm.cloud.google.com'],
    current: [yes('Ready')],
    troubled: [
      no('Ready', 'UpdateFailed', 'CreateFailed', 'DependencyInvalid', 'DependencyNotFound', 'ManagementConflict'),
    ],
  },
  {
    groups: ['*.azure.com'],
    current: [yes('Ready')],
    troubled: [{ ...no('Ready'), severity: 'Error' }],
  },
];
