import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, field, isFalse, isTrue, not, some } from '../rule/status-test.ts';

/** Kinds of the cloud providers' controllers: AWS (ACK), Google (Config Connector), Azure (Service Operator). */
export const clouds: readonly StatusCriteria[] = [
  {
    groups: ['*.services.k8s.aws'],
    current: [any(isTrue('Ready'), isTrue('ACK.ResourceSynced')), not(isTrue('ACK.Terminal'))],
    failed: [isTrue('ACK.Terminal')],
    reportsError: [isTrue('ACK.Recoverable')],
  },
  {
    groups: ['core.cnrm.cloud.google.com'],
    kinds: ['ConfigConnector', 'ConfigConnectorContext'],
    current: [field('status.healthy', true)],
    reportsError: [field('status.healthy', false)],
    message: 'status.errors',
  },
  {
    groups: ['*.cnrm.cloud.google.com'],
    current: [isTrue('Ready')],
    reportsError: [
      isFalse('Ready', 'UpdateFailed', 'CreateFailed', 'DependencyInvalid', 'DependencyNotFound', 'ManagementConflict'),
    ],
  },
  {
    groups: ['networking.gke.io'],
    kinds: ['ManagedCertificate'],
    current: [field('status.certificateStatus', 'Active')],
    degraded: [
      field('status.certificateStatus', 'ProvisioningFailed', 'ProvisioningFailedPermanently', 'RenewalFailed'),
      some('status.domainStatus', not(field('status', 'Active', 'Provisioning'))),
    ],
  },
  {
    groups: ['*.azure.com'],
    current: [isTrue('Ready')],
    reportsError: [{ ...isFalse('Ready'), severity: 'Error' }],
  },
];
