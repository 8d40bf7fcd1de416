import type { StatusCriteria } from '../rule/status-criteria.ts';
import { all, any, field, isFalse, isTrue, not } from '../rule/status-test.ts';

const shoot = (...values: string[]) => field(['metadata', 'labels', 'shoot.gardener.cloud/status'], ...values);
const job = (...values: string[]) => field('status.ansibleJobResult.status', ...values);

/** Nodes, clusters and what else is provisioned: Karpenter, Gardener, NMState, OpenShift, Ansible, Pulumi, SAP, 1Password. */
export const infrastructure: readonly StatusCriteria[] = [
  {
    groups: ['karpenter.sh'],
    kinds: ['NodeClaim'],
    suspended: [isTrue('Disrupting')],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
  {
    groups: ['karpenter.sh', 'karpenter.k8s.aws', 'karpenter.azure.com'],
    kinds: ['NodePool', 'EC2NodeClass', 'AKSNodeClass'],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
  {
    groups: ['core.gardener.cloud'],
    kinds: ['Shoot'],
    current: [shoot('healthy')],
    degraded: [shoot('unhealthy')],
    message: 'status.lastOperation.description',
  },
  {
    groups: ['nmstate.io'],
    kinds: ['NodeNetworkConfigurationPolicy'],
    suspended: [isTrue('Ignored')],
    current: [isTrue('Available')],
    degraded: [isTrue('Degraded')],
  },
  {
    groups: ['operator.openshift.io', 'ocs.openshift.io'],
    kinds: ['IngressController', 'StorageCluster'],
    conventions: true,
    current: [isTrue('Available')],
  },
  {
    groups: ['controlplane.cluster.x-k8s.io'],
    kinds: ['AWSManagedControlPlane'],
    current: [isTrue('Ready'), not(isTrue('EKSControlPlaneUpdating'))],
    conventions: true,
  },
  {
    groups: ['k8s.keycloak.org'],
    conventions: true,
    current: [any(isTrue('Ready'), isTrue('Done')), not(isTrue('HasErrors'))],
    reportsError: [isTrue('HasErrors')],
  },
  {
    groups: ['tower.ansible.com'],
    kinds: ['AnsibleJob'],
    runsOnce: true,
    current: [job('successful')],
    failed: [job('failed', 'error', 'canceled')],
  },
  { groups: ['pulumi.com'], kinds: ['Stack'], conventions: true, current: [isTrue('Ready')] },
  {
    groups: ['services.cloud.sap.com'],
    conventions: true,
    current: [isTrue('Ready')],
    reportsError: [isTrue('Failed')],
  },
  {
    groups: ['onepassword.com'],
    kinds: ['OnePasswordItem'],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
  {
    groups: ['iammanager.keikoproj.io'],
    kinds: ['Iamrole'],
    current: [field('status.state', 'Ready')],
    reportsError: [field('status.state', 'Error', 'RolesMaxLimitReached', 'PolicyNotAllowed', 'RoleNameNotAvailable')],
    message: 'status.errorDescription',
  },
  {
    groups: ['trident.netapp.io'],
    kinds: ['TridentBackendConfig'],
    conventions: true,
    current: [field('status.phase', 'Bound'), field('status.lastOperationStatus', 'Success')],
  },
  {
    groups: ['proclaim.dogmatiq.io'],
    kinds: ['DNSSDServiceInstance'],
    current: [isTrue('Discoverable'), not(isFalse('Adopted'))],
    reportsError: [isFalse('Adopted'), isFalse('Advertised', 'AdvertiseError', 'UnadvertiseError')],
  },
  {
    groups: ['db.atlasgo.io'],
    kinds: ['AtlasMigration', 'AtlasSchema'],
    current: [isTrue('Ready')],
    reportsError: [{ ...isFalse('Ready'), except: ['Reconciling'] }],
  },
  {
    groups: ['openfaas.com'],
    kinds: ['Function'],
    // An idle function has no replicas, and starts with the next request.
    current: [isTrue('Ready')],
    failed: [isTrue('Stalled')],
    reportsError: [all(isFalse('Ready'), not(isTrue('Reconciling')))],
  },
];
