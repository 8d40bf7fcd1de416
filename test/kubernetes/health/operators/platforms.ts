import { condition, conditions, type Examples, status } from './examples.ts';

export const kubernetes: Examples = {
  'apiregistration.k8s.io/v1 APIService': [
    ['served', conditions(condition('Available', 'True', 'Passed')), 'current', /ready/],
    [
      'not served',
      conditions(condition('Available', 'False', 'MissingEndpoints', 'no endpoints')),
      'progressing',
      /no endpoints/,
    ],
  ],
  'v1 Namespace': [
    ['exists', { status: { phase: 'Active' } }, 'current', /ready/],
    ['continuing', { status: { phase: 'Terminating' } }, 'progressing', /Terminating/],
  ],
  'v1 PersistentVolume': [
    ['bound', { status: { phase: 'Bound' } }, 'current', /ready/],
    ['pending', { status: { phase: 'Pending' } }, 'progressing', /Pending/],
    ['not recycled', { status: { phase: 'Failed', message: 'no recycler' } }, 'failed', /no recycler/],
  ],
  'v1 Node': [
    ['ready', conditions(condition('Ready', 'True', 'KubeletReady')), 'current', /ready/],
    ['joining', conditions(condition('Ready', 'False', 'KubeletNotReady', 'cni')), 'progressing', /cni/],
  ],
};

export const serverless: Examples = {
  'serving.knative.dev/v1 Service': [
    [
      'serving its latest revision',
      status({
        conditions: [
          condition('ConfigurationsReady', 'True'),
          condition('Ready', 'True'),
          condition('RoutesReady', 'True'),
        ],
        latestCreatedRevisionName: 'shop-00002',
        latestReadyRevisionName: 'shop-00002',
      }),
      'current',
      /ready/,
    ],
    [
      'serving the previous revision',
      status({
        conditions: [condition('Ready', 'True')],
        latestCreatedRevisionName: 'shop-00002',
        latestReadyRevisionName: 'shop-00001',
      }),
      'progressing',
      /shop-00001, not yet shop-00002/,
    ],
    ['deploying', conditions(condition('Ready', 'Unknown', 'Deploying')), 'progressing', /Deploying/],
    [
      'failing',
      conditions(condition('Ready', 'False', 'RevisionFailed', 'Unable to fetch image "shop:1": no such host')),
      'failed',
      /Unable to fetch image/,
    ],
  ],
  'serving.knative.dev/v1 Route': [
    ['ready', conditions(condition('Ready', 'True')), 'current', /ready/],
    ['not decided yet', conditions(condition('Ready', 'Unknown', 'IngressNotConfigured')), 'progressing', /Ingress/],
    [
      'without its revision',
      conditions(condition('Ready', 'False', 'RevisionMissing', 'not found')),
      'failed',
      /not found/,
    ],
  ],
  'serving.knative.dev/v1 Revision': [
    ['ready', conditions(condition('Ready', 'True')), 'current', /ready/],
    ['deploying', conditions(condition('Ready', 'Unknown', 'Deploying')), 'progressing', /Deploying/],
    ['failing', conditions(condition('Ready', 'False', 'ExitCode1', 'Container failed')), 'failed', /Container failed/],
  ],
  'eventing.knative.dev/v1 Broker': [
    ['ready', conditions(condition('Ready', 'True')), 'current', /ready/],
    [
      'not ready',
      conditions(condition('Ready', 'False', 'EndpointsUnavailable', 'no endpoints')),
      'progressing',
      /no endpoints/,
    ],
  ],
  'keda.sh/v1alpha1 ScaledObject': [
    ['scaling', { status: { conditions: [condition('Ready', 'True', 'ScaledObjectReady')] } }, 'current', /ready/],
    ['new', { status: { conditions: [condition('Ready', 'Unknown')] } }, 'progressing', /Ready is Unknown/],
    [
      'with a wrong trigger',
      {
        status: {
          conditions: [condition('Ready', 'False', 'ScaledObjectCheckFailed', 'correct triggers specification')],
        },
      },
      'failed',
      /correct triggers/,
    ],
    [
      'paused',
      { status: { conditions: [condition('Ready', 'True'), condition('Paused', 'True', 'ScaledObjectPaused')] } },
      'suspended',
      /ScaledObjectPaused/,
    ],
  ],
};

export const networking: Examples = {
  'networking.istio.io/v1 VirtualService': [
    ['of an istiod that writes no status', {}, 'current', /exists/],
    [
      'being distributed',
      conditions(condition('Reconciled', 'False', '', '1/2 proxies up to date')),
      'progressing',
      /1\/2 proxies/,
    ],
  ],
  'install.istio.io/v1alpha1 IstioOperator': [
    ['healthy', { status: { status: 'HEALTHY' } }, 'current', /ready/],
    ['updating', { status: { status: 'RECONCILING' } }, 'progressing', /RECONCILING/],
    ['in error', { status: { status: 'ERROR' } }, 'failed', /ERROR/],
  ],
  'sailoperator.io/v1 Istio': [
    ['ready', conditions(condition('Reconciled', 'True'), condition('Ready', 'True')), 'current', /ready/],
    [
      'starting',
      conditions(condition('Reconciled', 'True'), condition('Ready', 'False', 'IstiodNotReady', 'not ready')),
      'progressing',
      /IstiodNotReady/,
    ],
    [
      'in error',
      conditions(condition('Reconciled', 'False', 'ReconcileError', 'no such version')),
      'failed',
      /no such version/,
    ],
  ],
  'projectcontour.io/v1 HTTPProxy': [
    ['valid', { status: { currentStatus: 'valid', description: 'Valid HTTPProxy' } }, 'current', /ready/],
    ['new', {}, 'progressing', /status/],
    [
      'invalid',
      { status: { currentStatus: 'invalid', description: 'unresolved service' } },
      'failed',
      /unresolved service/,
    ],
  ],
};

export const crossplane: Examples = {
  'pkg.crossplane.io/v1 Provider': [
    [
      'installed',
      { status: { conditions: [condition('Installed', 'True'), condition('Healthy', 'True')] } },
      'current',
      /ready/,
    ],
    [
      'starting',
      {
        status: {
          conditions: [condition('Installed', 'True'), condition('Healthy', 'False', 'UnhealthyPackageRevision')],
        },
      },
      'progressing',
      /UnhealthyPackageRevision/,
    ],
  ],
  'pkg.crossplane.io/v1 ProviderRevision': [
    ['healthy', { status: { conditions: [condition('RevisionHealthy', 'True')] } }, 'current', /ready/],
    ['starting', { status: { conditions: [condition('Healthy', 'Unknown')] } }, 'progressing', /Healthy/],
  ],
  'apiextensions.crossplane.io/v1 CompositeResourceDefinition': [
    [
      'established',
      { status: { conditions: [condition('Established', 'True', 'WatchingCompositeResource')] } },
      'current',
      /ready/,
    ],
    ['new', {}, 'progressing', /status/],
  ],
  's3.aws.upbound.io/v1beta1 Bucket': [
    [
      'exists',
      { status: { conditions: [condition('Synced', 'True'), condition('Ready', 'True', 'Available')] } },
      'current',
      /ready/,
    ],
    [
      'being created',
      { status: { conditions: [condition('Synced', 'True'), condition('Ready', 'False', 'Creating')] } },
      'progressing',
      /Creating/,
    ],
    [
      'refused',
      {
        status: {
          conditions: [
            condition('Synced', 'False', 'ReconcileError', 'AccessDenied'),
            condition('Ready', 'False', 'Creating'),
          ],
        },
      },
      'failed',
      /AccessDenied/,
    ],
    [
      'paused',
      { status: { conditions: [condition('Synced', 'False', 'ReconcilePaused', 'paused')] } },
      'suspended',
      /paused/,
    ],
  ],
};

export const clouds: Examples = {
  's3.services.k8s.aws/v1alpha1 Bucket': [
    ['exists', { status: { conditions: [condition('ACK.ResourceSynced', 'True')] } }, 'current', /ready/],
    ['being created', { status: { conditions: [condition('ACK.ResourceSynced', 'False')] } }, 'progressing', /./],
    [
      'unsupported',
      { status: { conditions: [condition('ACK.Terminal', 'True', '', 'InvalidBucketName')] } },
      'failed',
      /InvalidBucketName/,
    ],
  ],
  'sql.cnrm.cloud.google.com/v1beta1 SQLInstance': [
    ['exists', conditions(condition('Ready', 'True', 'UpToDate')), 'current', /ready/],
    ['being created', conditions(condition('Ready', 'False', 'Updating', 'in progress')), 'progressing', /in progress/],
    [
      'refused',
      conditions(condition('Ready', 'False', 'UpdateFailed', 'permission denied')),
      'failed',
      /permission denied/,
    ],
  ],
  'storage.azure.com/v1api20230101 StorageAccount': [
    ['exists', conditions(condition('Ready', 'True', 'Succeeded')), 'current', /ready/],
    [
      'being created',
      conditions(condition('Ready', 'False', 'Reconciling', 'at work', { severity: 'Info' })),
      'progressing',
      /at work/,
    ],
    [
      'refused',
      conditions(condition('Ready', 'False', 'Failed', 'name taken', { severity: 'Error' })),
      'failed',
      /name taken/,
    ],
  ],
};

const machines = { spec: { replicas: 2 } };
export const clusters: Examples = {
  'cluster.x-k8s.io/v1beta1 Cluster': [
    ['provisioned', status({ phase: 'Provisioned', conditions: [condition('Ready', 'True')] }), 'current', /ready/],
    [
      'provisioned (v1beta2)',
      status({ phase: 'Provisioned', conditions: [condition('Available', 'True'), condition('RollingOut', 'False')] }),
      'current',
      /ready/,
    ],
    [
      'rolling out',
      status({
        phase: 'Provisioned',
        conditions: [condition('Available', 'True'), condition('RollingOut', 'True', 'RollingOut', '1 of 3')],
      }),
      'progressing',
      /1 of 3/,
    ],
    ['provisioning', status({ phase: 'Provisioning' }), 'progressing', /Provisioning/],
    ['failed', status({ phase: 'Failed', failureMessage: 'no quota' }), 'failed', /no quota/],
    ['paused', { spec: { paused: true }, ...status({ phase: 'Provisioned' }) }, 'suspended', /paused/],
  ],
  'cluster.x-k8s.io/v1beta1 Machine': [
    ['running', status({ phase: 'Running', conditions: [condition('Ready', 'True')] }), 'current', /ready/],
    ['booting', status({ phase: 'Provisioning' }), 'progressing', /Provisioning/],
    ['failed', status({ phase: 'Failed', failureMessage: 'no such image' }), 'failed', /no such image/],
    ['paused', conditions(condition('Paused', 'True', 'Paused')), 'suspended', /Paused/],
  ],
  'cluster.x-k8s.io/v1beta1 MachineDeployment': [
    [
      'running',
      { ...machines, ...status({ phase: 'Running', updatedReplicas: 2, readyReplicas: 2 }) },
      'current',
      /ready/,
    ],
    [
      'updating',
      { ...machines, ...status({ phase: 'Running', updatedReplicas: 1, readyReplicas: 2 }) },
      'progressing',
      /1 of 2/,
    ],
    ['failed', { ...machines, ...status({ phase: 'Failed' }) }, 'failed', /Failed/],
    ['paused', { spec: { paused: true } }, 'suspended', /paused/],
  ],
  'cluster.x-k8s.io/v1beta1 MachinePool': [
    ['running', { ...machines, ...status({ phase: 'Running', readyReplicas: 2 }) }, 'current', /ready/],
    ['scaling', { ...machines, ...status({ phase: 'Scaling', readyReplicas: 1 }) }, 'progressing', /Scaling/],
    ['failed', { ...machines, ...status({ phase: 'Failed', failureMessage: 'gone' }) }, 'failed', /gone/],
    ['paused', conditions(condition('Paused', 'True', 'Paused')), 'suspended', /Paused/],
  ],
  'cluster.x-k8s.io/v1beta1 MachineSet': [
    ['ready', { ...machines, ...status({ readyReplicas: 2 }) }, 'current', /ready/],
    ['starting', { ...machines, ...status({ replicas: 2 }) }, 'progressing', /not reported yet \(needs 2\)/],
    ['paused', conditions(condition('Paused', 'True', 'Paused')), 'suspended', /Paused/],
  ],
  'cluster.x-k8s.io/v1beta1 MachineHealthCheck': [
    ['without machines', status({ conditions: [] }), 'current', /ready/],
    ['new', {}, 'progressing', /status/],
    ['healthy', status({ currentHealthy: 3, expectedMachines: 3 }), 'current', /ready/],
    ['one unhealthy', status({ currentHealthy: 2, expectedMachines: 3 }), 'progressing', /2 of 3/],
    ['paused', conditions(condition('Paused', 'True', 'Paused')), 'suspended', /Paused/],
  ],
  'cluster.x-k8s.io/v1beta1 ClusterClass': [
    ['processed (v1beta2)', conditions(condition('VariablesReady', 'True')), 'current', /ready/],
    ['processed', conditions(condition('VariablesReconciled', 'True')), 'current', /ready/],
    [
      'not processed',
      conditions(condition('VariablesReconciled', 'False', 'VariableDiscoveryFailed', 'no extension')),
      'progressing',
      /no extension/,
    ],
    ['paused', conditions(condition('Paused', 'True', 'Paused')), 'suspended', /Paused/],
  ],
  'controlplane.cluster.x-k8s.io/v1beta1 KubeadmControlPlane': [
    [
      'ready',
      { ...machines, ...status({ updatedReplicas: 2, readyReplicas: 2, conditions: [condition('Ready', 'True')] }) },
      'current',
      /ready/,
    ],
    [
      'ready (v1beta2)',
      {
        ...machines,
        ...status({ upToDateReplicas: 2, readyReplicas: 2, conditions: [condition('Available', 'True')] }),
      },
      'current',
      /ready/,
    ],
    [
      'updating',
      { ...machines, ...status({ updatedReplicas: 1, readyReplicas: 2, conditions: [condition('Ready', 'True')] }) },
      'progressing',
      /1 of 2/,
    ],
    ['paused', conditions(condition('Paused', 'True', 'Paused')), 'suspended', /Paused/],
  ],
  'addons.cluster.x-k8s.io/v1beta1 ClusterResourceSet': [
    ['applied', conditions(condition('ResourcesApplied', 'True')), 'current', /ready/],
    [
      'not applied',
      conditions(condition('ResourcesApplied', 'False', 'ApplyFailed', 'no cluster')),
      'progressing',
      /no cluster/,
    ],
  ],
};
