import { condition, conditions, type Examples, status } from './examples.ts';

const brokers = (...states: string[]) => ({
  brokersState: Object.fromEntries(
    states.map((configurationState, index) => [
      `${index}`,
      { configurationState, gracefulActionState: { cruiseControlState: 'GracefulUpscaleSucceeded' } },
    ]),
  ),
  cruiseControlTopicStatus: 'CruiseControlTopicReady',
});
const connector = (fields: object) => status({ state: 'CREATED', connectorState: 'RUNNING', ...fields });

/** Databases, queues, dashboards and storage besides those in data.ts. */
export const moreData: Examples = {
  'jobset.x-k8s.io/v1alpha2 JobSet': [
    ['completed', conditions(condition('Completed', 'True', 'AllJobsCompleted')), 'current', /ready/],
    ['running', status({ restarts: 0 }), 'progressing', /Completed is not reported/],
    ['failed', conditions(condition('Failed', 'True', 'FailedJobs', 'jobset failed')), 'failed', /jobset failed/],
    ['suspended', { spec: { suspend: true } }, 'suspended', /suspend is true/],
  ],
  'kafka.strimzi.io/v1 KafkaTopic': [
    ['ready', conditions(condition('Ready', 'True')), 'current', /ready/],
    ['not seen yet', {}, 'progressing', /no controller/],
    ['refused', conditions(condition('NotReady', 'True', 'KafkaError', 'too few brokers')), 'failed', /too few/],
    ['paused', conditions(condition('ReconciliationPaused', 'True')), 'suspended', /ReconciliationPaused/],
  ],
  'certmanager.k8s.io/v1alpha1 Issuer': [
    ['ready', conditions(condition('Ready', 'True')), 'current', /ready/],
    ['not ready yet', conditions(condition('Ready', 'False', 'Pending')), 'progressing', /Pending/],
    ['unknown to ACME', conditions(condition('Ready', 'False', 'ErrRegisterACMEAccount', '404')), 'failed', /404/],
  ],
  'core.cnrm.cloud.google.com/v1beta1 ConfigConnector': [
    ['healthy', status({ healthy: true }), 'current', /ready/],
    ['not seen yet', {}, 'progressing', /no controller/],
    ['not healthy', status({ healthy: false, errors: ['no namespace'] }), 'failed', /no namespace/],
  ],
  'networking.gke.io/v1 ManagedCertificate': [
    ['active', status({ certificateStatus: 'Active' }), 'current', /ready/],
    [
      'provisioning',
      status({ certificateStatus: 'Provisioning', domainStatus: [{ status: 'Provisioning' }] }),
      'progressing',
      /Provisioning/,
    ],
    [
      'failed for a domain',
      status({ certificateStatus: 'Provisioning', domainStatus: [{ status: 'FailedNotVisible' }] }),
      'failed',
      /domainStatus/,
    ],
  ],
  'mariadb.mmontes.io/v1alpha1 MariaDB': [
    ['ready', conditions(condition('Ready', 'True')), 'current', /ready/],
    ['not ready', conditions(condition('Ready', 'False', 'StatefulSetNotReady')), 'progressing', /NotReady/],
  ],
  'zookeeper.pravega.io/v1beta1 ZookeeperCluster': [
    ['ready', { spec: { replicas: 3 }, ...status({ replicas: 3, readyReplicas: 3 }) }, 'current', /ready/],
    ['joining', { spec: { replicas: 3 }, ...status({ replicas: 3, readyReplicas: 1 }) }, 'progressing', /1 of 3/],
  ],
  'cassandra.rook.io/v1alpha1 Cluster': [
    ['ready in each rack', status({ racks: { a: { members: 3, readyMembers: 3 } } }), 'current', /ready/],
    ['joining in one rack', status({ racks: { a: { members: 3, readyMembers: 1 } } }), 'progressing', /racks/],
  ],
  'solr.apache.org/v1beta1 SolrCloud': [
    ['ready', status({ replicas: 3, readyReplicas: 3 }), 'current', /exists/],
    ['starting', status({ replicas: 3, readyReplicas: 1 }), 'progressing', /1 of 3/],
  ],
  'grafana.integreatly.org/v1beta1 Grafana': [
    ['complete', status({ stage: 'complete', stageStatus: 'success' }), 'current', /ready/],
    [
      'at an earlier stage',
      status({ stage: 'deployment', stageStatus: 'success' }),
      'progressing',
      /stage is deployment/,
    ],
    ['failed at a stage', status({ stage: 'ingress', stageStatus: 'failed' }), 'failed', /stageStatus is failed/],
  ],
  'grafana.integreatly.org/v1beta1 GrafanaDatasource': [
    ['applied', status({ uid: 'a', hash: 'b' }), 'current', /exists/],
    ['not applied yet', status({ uid: '' }), 'progressing', /uid/],
    ['for no Grafana', status({ uid: 'a', NoMatchingInstances: true }), 'failed', /NoMatchingInstances/],
  ],
  'grafana.integreatly.org/v1beta1 GrafanaFolder': [
    ['applied', conditions(condition('FolderSynchronized', 'True')), 'current', /exists/],
    ['not applied yet', conditions(condition('FolderSynchronized', 'Unknown')), 'progressing', /FolderSynchronized/],
  ],
  'opentelemetry.io/v1beta1 OpenTelemetryCollector': [
    ['ready', status({ scale: { statusReplicas: '3/3' } }), 'current', /exists/],
    ['starting', status({ scale: { statusReplicas: '1/3' } }), 'progressing', /1\/3/],
  ],
  'jaegertracing.io/v1 Jaeger': [
    ['running', status({ phase: 'Running' }), 'current', /exists/],
    ['not running', status({ version: '1.60' }), 'progressing', /phase is not reported/],
  ],
  'kiali.io/v1alpha1 Kiali': [
    ['reconciled', conditions(condition('Running', 'True', 'Successful')), 'current', /exists/],
    ['reconciling', conditions(condition('Running', 'True', 'Running')), 'progressing', /Running/],
  ],
  'datadoghq.com/v1alpha1 DatadogMetric': [
    ['valid', conditions(condition('Active', 'True'), condition('Valid', 'True')), 'current', /ready/],
    ['not used', conditions(condition('Active', 'False')), 'progressing', /Active/],
    ['invalid', conditions(condition('Active', 'True'), condition('Valid', 'False', 'BadQuery')), 'failed', /BadQuery/],
  ],
  'platform.confluent.io/v1beta1 Connector': [
    ['running', connector({}), 'current', /ready/],
    ['being created', connector({ connectorState: 'UNASSIGNED' }), 'progressing', /UNASSIGNED/],
    ['with a failed task', connector({ failedTasksCount: 1 }), 'failed', /failedTasksCount is 1/],
  ],
  'platform.confluent.io/v1beta1 Kafka': [
    ['running', status({ phase: 'RUNNING' }), 'current', /exists/],
    ['provisioning', status({ phase: 'PROVISIONING' }), 'progressing', /PROVISIONING/],
  ],
  'kafka.banzaicloud.io/v1beta1 KafkaCluster': [
    ['running', status({ state: 'ClusterRunning', ...brokers('ConfigInSync') }), 'current', /ready/],
    [
      'upgrading',
      status({ state: 'ClusterRollingUpgrading', ...brokers('ConfigOutOfSync') }),
      'progressing',
      /Upgrading/,
    ],
    [
      'with a broker that is out of sync',
      status({ state: 'ClusterRunning', ...brokers('ConfigOutOfSync') }),
      'failed',
      /brokersState/,
    ],
  ],
  'astra.netapp.io/v1 Backup': [
    ['completed', status({ state: 'Completed' }), 'current', /ready/],
    ['running', status({ state: 'Running' }), 'progressing', /Running/],
    ['failed', status({ state: 'Failed', error: 'no space' }), 'failed', /no space/],
  ],
  'astra.netapp.io/v1 ExecHook': [
    ['enabled', { spec: { enabled: true } }, 'current', /exists/],
    ['disabled', { spec: { enabled: false } }, 'suspended', /enabled is false/],
  ],
  'core.spinkube.dev/v1alpha1 SpinApp': [
    [
      'available',
      conditions(condition('Available', 'True'), condition('Progressing', 'True', 'NewReplicaSetAvailable')),
      'current',
      /ready/,
    ],
    [
      'past its deadline',
      conditions(condition('Available', 'False'), condition('Progressing', 'False', 'ProgressDeadlineExceeded')),
      'failed',
      /Deadline/,
    ],
    ['starting', conditions(condition('Available', 'False', 'MinimumReplicasUnavailable')), 'progressing', /Minimum/],
  ],
  'apps.kruise.io/v1alpha1 BroadcastJob': [
    ['completed', status({ phase: 'completed' }), 'current', /ready/],
    ['running', status({ phase: 'running' }), 'progressing', /running/],
    ['failed', status({ phase: 'failed' }), 'failed', /failed/],
    ['paused', status({ phase: 'paused' }), 'suspended', /paused/],
  ],
  'apps.kruise.io/v1alpha1 AdvancedCronJob': [
    ['scheduled', { spec: { schedule: '* * * * *' } }, 'current', /exists/],
    ['paused', { spec: { paused: true } }, 'suspended', /paused is true/],
  ],
  'rollouts.kruise.io/v1beta1 Rollout': [
    ['healthy', status({ phase: 'Healthy' }), 'current', /ready/],
    [
      'at a step',
      status({ phase: 'Progressing', canaryStatus: { currentStepState: 'StepUpgrade' } }),
      'progressing',
      /Progressing/,
    ],
    [
      'paused at a step',
      status({ phase: 'Progressing', canaryStatus: { currentStepState: 'StepPaused' } }),
      'paused',
      /StepPaused/,
    ],
    ['disabled', status({ phase: 'Disabled' }), 'failed', /Disabled/],
  ],
  'game.kruise.io/v1alpha1 GameServerSet': [
    ['updated', { spec: { replicas: 2 }, ...status({ replicas: 2, updatedReadyReplicas: 2 }) }, 'current', /ready/],
    [
      'updating',
      { spec: { replicas: 2 }, ...status({ replicas: 2, updatedReadyReplicas: 1 }) },
      'progressing',
      /1 of 2/,
    ],
    [
      'stopped at a partition',
      {
        spec: { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
        ...status({ replicas: 2, updatedReadyReplicas: 1 }),
      },
      'paused',
      /partition is 1/,
    ],
    ['paused', { spec: { updateStrategy: { rollingUpdate: { paused: true } } } }, 'suspended', /paused is true/],
  ],
  'game.kruise.io/v1alpha1 GameServer': [
    ['ready', status({ currentState: 'Ready', desiredState: 'Ready' }), 'current', /exists/],
    [
      'being deleted',
      status({ currentState: 'Ready', desiredState: 'Deleting' }),
      'progressing',
      /desiredState|currentState/,
    ],
  ],
};
