import { condition, conditions, type Examples, status } from './examples.ts';

const ready = conditions(condition('Ready', 'True'));
const pending = conditions(condition('Ready', 'Unknown', 'Pending', 'in progress'));
const failing = conditions(condition('Ready', 'False', 'ReconcileError', 'no such role'));
const shoot = (value: string) => ({
  metadata: { labels: { 'shoot.gardener.cloud/status': value } },
  ...status({ uid: 'u' }),
});
const job = (result: string) => status({ ansibleJobResult: { status: result } });

export const infrastructure: Examples = {
  'karpenter.sh/v1 NodeClaim': [
    ['ready', ready, 'current', /ready/],
    ['launched', conditions(condition('Launched', 'True')), 'progressing', /Ready is not reported/],
    ['not ready', failing, 'failed', /no such role/],
    [
      'disrupted',
      conditions(condition('Ready', 'True'), condition('Disrupting', 'True', 'Expired')),
      'suspended',
      /Expired/,
    ],
  ],
  'karpenter.sh/v1 NodePool': [
    ['ready', ready, 'current', /ready/],
    ['not seen yet', {}, 'progressing', /no controller/],
    ['without its node class', failing, 'failed', /no such role/],
  ],
  'core.gardener.cloud/v1beta1 Shoot': [
    ['healthy', shoot('healthy'), 'current', /ready/],
    ['progressing', shoot('progressing'), 'progressing', /status is progressing/],
    ['unhealthy', shoot('unhealthy'), 'failed', /status is unhealthy/],
  ],
  'nmstate.io/v1 NodeNetworkConfigurationPolicy': [
    ['configured', conditions(condition('Available', 'True', 'SuccessfullyConfigured')), 'current', /ready/],
    [
      'configuring',
      conditions(condition('Available', 'Unknown', 'ConfigurationProgressing')),
      'progressing',
      /ConfigurationProgressing/,
    ],
    [
      'refused by a node',
      conditions(condition('Degraded', 'True', 'FailedToConfigure', '1/3 nodes failed')),
      'failed',
      /1\/3 nodes/,
    ],
    ['for no node', conditions(condition('Ignored', 'True', 'NoMatchingNode')), 'suspended', /NoMatchingNode/],
  ],
  'operator.openshift.io/v1 IngressController': [
    ['available', conditions(condition('Available', 'True'), condition('Degraded', 'False')), 'current', /ready/],
    [
      'rolling out',
      conditions(condition('Available', 'True'), condition('Progressing', 'True', 'Rolling')),
      'progressing',
      /Rolling/,
    ],
    [
      'degraded',
      conditions(condition('Available', 'True'), condition('Degraded', 'True', 'Certificate', 'expired')),
      'failed',
      /expired/,
    ],
  ],
  'controlplane.cluster.x-k8s.io/v1beta2 AWSManagedControlPlane': [
    ['ready', ready, 'current', /ready/],
    [
      'updating',
      conditions(condition('Ready', 'True'), condition('EKSControlPlaneUpdating', 'True', 'Updating')),
      'progressing',
      /Updating/,
    ],
  ],
  'k8s.keycloak.org/v2 Keycloak': [
    ['ready', conditions(condition('Ready', 'True'), condition('HasErrors', 'False')), 'current', /ready/],
    ['starting', conditions(condition('Ready', 'False', '', 'waiting for pods')), 'progressing', /waiting for pods/],
    [
      'with errors',
      conditions(condition('Ready', 'False'), condition('HasErrors', 'True', '', 'no database')),
      'failed',
      /no database/,
    ],
  ],
  'tower.ansible.com/v1alpha1 AnsibleJob': [
    ['successful', job('successful'), 'current', /ready/],
    ['running', job('running'), 'progressing', /status is running/],
    ['canceled', job('canceled'), 'failed', /status is canceled/],
  ],
  'pulumi.com/v1 Stack': [
    ['ready', ready, 'current', /ready/],
    ['reconciling', conditions(condition('Reconciling', 'True', '', 'updating')), 'progressing', /updating/],
  ],
  'services.cloud.sap.com/v1 ServiceInstance': [
    ['ready', ready, 'current', /ready/],
    ['being created', pending, 'progressing', /in progress/],
    [
      'failed',
      conditions(condition('Ready', 'False'), condition('Failed', 'True', 'CreateFailed', 'quota')),
      'failed',
      /quota/,
    ],
  ],
  'onepassword.com/v1 OnePasswordItem': [
    ['ready', ready, 'current', /ready/],
    ['not seen yet', {}, 'progressing', /no controller/],
    ['not found', conditions(condition('Ready', 'False', '', 'no such item')), 'failed', /no such item/],
  ],
  'iammanager.keikoproj.io/v1alpha1 Iamrole': [
    ['ready', status({ state: 'Ready' }), 'current', /ready/],
    ['not seen yet', {}, 'progressing', /no controller/],
    [
      'not allowed',
      status({ state: 'PolicyNotAllowed', errorDescription: 's3:* is not allowed' }),
      'failed',
      /s3:\* is not/,
    ],
  ],
  'trident.netapp.io/v1 TridentBackendConfig': [
    ['bound', status({ phase: 'Bound', lastOperationStatus: 'Success' }), 'current', /exists/],
    ['unbound', status({ phase: 'Unbound', lastOperationStatus: 'Success' }), 'progressing', /phase is Unbound/],
  ],
  'proclaim.dogmatiq.io/v1 DNSSDServiceInstance': [
    ['discoverable', conditions(condition('Discoverable', 'True'), condition('Adopted', 'True')), 'current', /ready/],
    [
      'not yet discoverable',
      conditions(condition('Discoverable', 'False', 'NegativeLookupResult')),
      'progressing',
      /Negative/,
    ],
    ['adopted by nobody', conditions(condition('Adopted', 'False', 'InstanceIgnored')), 'failed', /InstanceIgnored/],
  ],
  'db.atlasgo.io/v1alpha1 AtlasMigration': [
    ['applied', ready, 'current', /ready/],
    ['reconciling', conditions(condition('Ready', 'False', 'Reconciling')), 'progressing', /Reconciling/],
    [
      'refused by the database',
      conditions(condition('Ready', 'False', 'Migrating', 'Error: checksum mismatch')),
      'failed',
      /checksum/,
    ],
  ],
  'openfaas.com/v1 Function': [
    [
      'idle: it starts with the next request',
      conditions(condition('Ready', 'True'), condition('Healthy', 'False')),
      'current',
      /ready/,
    ],
    [
      'starting',
      conditions(condition('Ready', 'False'), condition('Reconciling', 'True')),
      'progressing',
      /Ready is False/,
    ],
    ['stalled', conditions(condition('Stalled', 'True', 'InvalidSpec')), 'failed', /InvalidSpec/],
  ],
};

const compliant = (value: string) => ({
  metadata: { generation: 2 },
  ...status({ compliant: value, lastEvaluatedGeneration: 2 }),
});
const spread = (...aggregatedStatus: object[]) => ({
  spec: { clusters: [{ name: 'a' }, { name: 'b' }] },
  status: { schedulerObservedGeneration: 2, aggregatedStatus },
});

export const policies: Examples = {
  'policy.open-cluster-management.io/v1 ConfigurationPolicy': [
    ['compliant', compliant('Compliant'), 'current', /ready/],
    [
      'not yet evaluated',
      status({ compliant: 'NonCompliant', lastEvaluatedGeneration: 1 }),
      'progressing',
      /compliant is NonCompliant/,
    ],
    ['not compliant', compliant('NonCompliant'), 'failed', /NonCompliant/],
  ],
  'policy.open-cluster-management.io/v1beta1 OperatorPolicy': [
    ['compliant', conditions(condition('Compliant', 'True')), 'current', /ready/],
    ['not yet evaluated', conditions(condition('SubscriptionCompliant', 'True')), 'progressing', /not reported/],
    ['not compliant', conditions(condition('Compliant', 'False', 'NonCompliant')), 'failed', /NonCompliant/],
  ],
  'policy.open-cluster-management.io/v1 Policy': [
    ['compliant', status({ compliant: 'Compliant' }), 'current', /ready/],
    ['placed, with no cluster to report', status({ placement: [{ placement: 'p' }] }), 'current', /ready/],
    ['not yet reported', status({ placement: [{}], status: [{ clustername: 'a' }] }), 'progressing', /compliant/],
    ['not compliant', status({ compliant: 'NonCompliant' }), 'failed', /NonCompliant/],
  ],
  'work.karmada.io/v1alpha2 ResourceBinding': [
    [
      'healthy in both clusters',
      spread({ health: 'Healthy', applied: true }, { health: 'Unknown', applied: true }),
      'current',
      /ready/,
    ],
    [
      'reported by one of two clusters',
      spread({ health: 'Healthy', applied: true }),
      'progressing',
      /aggregatedStatus/,
    ],
    [
      'unhealthy in one cluster',
      spread({ health: 'Healthy', applied: true }, { health: 'Unhealthy' }),
      'failed',
      /aggregatedStatus/,
    ],
  ],
  'kyverno.io/v1 ClusterPolicy': [
    ['ready', ready, 'current', /ready/],
    ['not ready', conditions(condition('Ready', 'False', '', 'not ready')), 'progressing', /not ready/],
  ],
};

const gloo = (state: string | number) => status({ statuses: { 'gloo-system': { state, reason: 'no upstream' } } });
const ancestors = (...list: object[]) =>
  status({ ancestors: list.map((one, index) => ({ ancestorRef: { name: `gateway-${index}` }, conditions: [one] })) });

export const apiGateways: Examples = {
  'gateway.solo.io/v1 VirtualService': [
    ['accepted', gloo('Accepted'), 'current', /ready/],
    ['accepted, as older versions write it', status({ state: 1 }), 'current', /ready/],
    ['not validated yet', gloo('Pending'), 'paused', /statuses/],
    ['rejected', gloo('Rejected'), 'failed', /statuses/],
    ['rejected, as older versions write it', status({ state: 2, reason: 'no upstream' }), 'failed', /no upstream/],
    ['not seen yet', {}, 'progressing', /no controller/],
  ],
  'capabilities.3scale.net/v1beta1 DeveloperAccount': [
    ['ready', ready, 'current', /ready/],
    ['not synced yet', conditions(condition('Invalid', 'False')), 'progressing', /Ready/],
    ['failed', conditions(condition('Failed', 'True', '', 'no provider account')), 'failed', /no provider/],
    ['waiting for approval', conditions(condition('Waiting', 'True', '', 'for an admin')), 'paused', /for an admin/],
  ],
  'apps.3scale.net/v1alpha1 APIManager': [
    ['available', conditions(condition('Available', 'True')), 'current', /ready/],
    ['not available', conditions(condition('Available', 'False', 'MissingWatchedSecrets')), 'progressing', /Missing/],
  ],
  'gateway.networking.k8s.io/v1 BackendTLSPolicy': [
    ['accepted by each gateway', ancestors(condition('Accepted', 'True')), 'current', /exists/],
    ['not yet reported', status({ ancestors: [{ conditions: [], controllerName: 'a' }] }), 'progressing', /ancestors/],
    [
      'refused by one',
      ancestors(condition('Accepted', 'True'), condition('Accepted', 'False', 'NoValidCACertificate')),
      'failed',
      /gateway-1: NoValid/,
    ],
  ],
  'microgateway.airlock.com/v1alpha1 RateLimitPolicy': [
    ['accepted', ancestors(condition('Accepted', 'True')), 'current', /exists/],
    ['not yet accepted', ancestors(condition('Accepted', 'Unknown', 'Pending')), 'progressing', /gateway-0: Pending/],
  ],
  'projectcontour.io/v1alpha1 ExtensionService': [
    ['valid', conditions(condition('Valid', 'True')), 'current', /ready/],
    ['not seen yet', {}, 'progressing', /no controller/],
    ['invalid', conditions(condition('Valid', 'False', 'ErrorPresent')), 'failed', /ErrorPresent/],
  ],
};
