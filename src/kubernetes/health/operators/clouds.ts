import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, isFalse, isTrue, not } from '../rule/status-test.ts';

/** Kinds of the cloud providers' controllers: AWS (ACK), Google (Config Connector), Azure (Service Operator). */
export const clouds: readonly StatusCriteria[] = [
  {
    groups: ['*.services.k8s.aws'],
    current: [any(isTrue('Ready'), isTrue('ACK.ResourceSynced')), not(isTrue('ACK.Terminal'))],
    failed: [isTrue('ACK.Terminal')],
    reportsError: [isTrue('ACK.Recoverable')],
  },
  {
    groups: ['*.cnrm.cloud.google.com'],
    current: [isTrue('Ready')],
    reportsError: [
      isFalse('Ready', 'UpdateFailed', 'CreateFailed', 'DependencyInvalid', 'DependencyNotFound', 'ManagementConflict'),
    ],
  },
  {
    groups: ['*.azure.com'],
    current: [isTrue('Ready')],
    reportsError: [{ ...isFalse('Ready'), severity: 'Error' }],
  },
];
