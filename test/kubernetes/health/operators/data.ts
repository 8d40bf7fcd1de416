import { condition, conditions, type Examples, status } from './examples.ts';

const three = { spec: { instances: 3 } };

export const monitoring: Examples = {
  'monitoring.coreos.com/v1 Prometheus': [
    [
      'all pods of this version',
      status({
        replicas: 2,
        updatedReplicas: 2,
        availableReplicas: 2,
        conditions: [
          condition('Available', 'True', '', '', { observedGeneration: 2 }),
          condition('Reconciled', 'True', '', '', { observedGeneration: 2 }),
        ],
      }),
      'current',
      /ready/,
    ],
    [
      'available with the pods of the previous version',
      status({
        replicas: 2,
        updatedReplicas: 1,
        availableReplicas: 2,
        conditions: [condition('Available', 'True'), condition('Reconciled', 'True')],
      }),
      'progressing',
      /updatedReplicas is 1 of 2/,
    ],
    [
      'pods that start',
      conditions(
        condition('Available', 'False', 'NoPodReady', 'shard 0: pod 0: starting'),
        condition('Reconciled', 'True'),
      ),
      'progressing',
      /NoPodReady: shard 0/,
    ],
    [
      'an invalid spec',
      conditions(condition('Reconciled', 'False', 'ReconciliationFailed', 'no such secret')),
      'failed',
      /no such secret/,
    ],
    ['paused', { spec: { paused: true } }, 'suspended', /paused/],
  ],
  'operator.victoriametrics.com/v1beta1 VMCluster': [
    ['operational', status({ updateStatus: 'operational' }), 'current', /ready/],
    ['operational, reported by an earlier operator', status({ clusterStatus: 'operational' }), 'current', /ready/],
    ['expanding', status({ updateStatus: 'expanding' }), 'progressing', /expanding/],
    ['failed', status({ updateStatus: 'failed', reason: 'no such class' }), 'failed', /no such class/],
    ['paused', status({ updateStatus: 'paused' }), 'suspended', /paused/],
  ],
  'grafana.integreatly.org/v1beta1 GrafanaDashboard': [
    ['in Grafana', conditions(condition('DashboardSynchronized', 'True', 'ApplySuccessful')), 'current', /ready/],
    ['new', {}, 'progressing', /status/],
    [
      'refused',
      conditions(condition('DashboardSynchronized', 'False', 'ApplyFailed', 'bad JSON')),
      'failed',
      /bad JSON/,
    ],
  ],
};

export const kafka: Examples = {
  'kafka.strimzi.io/v1beta2 Kafka': [
    ['ready', conditions(condition('Ready', 'True')), 'current', /ready/],
    [
      'ready before the change',
      { status: { observedGeneration: 1, conditions: [condition('Ready', 'True')] } },
      'progressing',
      /not seen/,
    ],
    [
      'being created',
      conditions(condition('NotReady', 'True', 'Creating', 'Kafka cluster is being deployed')),
      'progressing',
      /Ready is not reported/,
    ],
    [
      'not ready in time',
      conditions(condition('NotReady', 'True', 'TimeoutException', 'Exceeded timeout of 300000ms')),
      'failed',
      /TimeoutException: Exceeded timeout/,
    ],
    ['paused', conditions(condition('ReconciliationPaused', 'True')), 'suspended', /ReconciliationPaused/],
  ],
  'kafka.strimzi.io/v1beta2 KafkaRebalance': [
    ['done', conditions(condition('Ready', 'True')), 'current', /ready/],
    ['moving', conditions(condition('Rebalancing', 'True')), 'progressing', /Ready is not reported/],
    ['waiting for approval', conditions(condition('ProposalReady', 'True')), 'paused', /ProposalReady/],
    [
      'unsupported',
      conditions(condition('NotReady', 'True', 'CruiseControlRestException', 'no load')),
      'failed',
      /no load/,
    ],
    ['paused', conditions(condition('ReconciliationPaused', 'True')), 'suspended', /ReconciliationPaused/],
  ],
  'core.strimzi.io/v1beta2 StrimziPodSet': [
    ['rolled', status({ pods: 3, currentPods: 3, readyPods: 3 }), 'current', /ready/],
    ['rolling', status({ pods: 3, currentPods: 2, readyPods: 3 }), 'progressing', /currentPods is 2, not yet 3/],
  ],
};

export const postgres: Examples = {
  'postgresql.cnpg.io/v1 Cluster': [
    [
      'healthy',
      {
        ...three,
        ...status({
          phase: 'Cluster in healthy state',
          readyInstances: 3,
          conditions: [condition('Ready', 'True', 'ClusterIsReady')],
        }),
      },
      'current',
      /ready/,
    ],
    [
      'upgrading',
      { ...three, ...status({ phase: 'Upgrading cluster', phaseReason: 'instance 2', readyInstances: 2 }) },
      'progressing',
      /Upgrading cluster: instance 2/,
    ],
    [
      'with a missing replica',
      {
        ...three,
        ...status({ phase: 'Cluster in healthy state', readyInstances: 2, conditions: [condition('Ready', 'True')] }),
      },
      'progressing',
      /2 of 3/,
    ],
    ['waits for a switchover', status({ phase: 'Waiting for user action' }), 'paused', /user action/],
    ['lost', status({ phase: 'Cluster is unrecoverable and needs manual intervention' }), 'failed', /unrecoverable/],
    [
      'refused',
      status({ phase: 'Unable to create required cluster objects', phaseReason: 'quota' }),
      'failed',
      /quota/,
    ],
    [
      'hibernated',
      { metadata: { annotations: { 'cnpg.io/hibernation': 'on' } }, ...status({ phase: 'Cluster in healthy state' }) },
      'suspended',
      /hibernation is on/,
    ],
  ],
  'postgresql.cnpg.io/v1 Pooler': [
    ['running', { spec: { instances: 2 }, ...status({ instances: 2 }) }, 'current', /ready/],
    ['starting', { spec: { instances: 2 }, ...status({ instances: 1 }) }, 'progressing', /1 of 2/],
  ],
  'postgresql.cnpg.io/v1 Database': [
    ['applied', status({ applied: true }), 'current', /ready/],
    ['new', {}, 'progressing', /status/],
    [
      'refused',
      status({ applied: false, message: 'role "app" does not exist' }),
      'failed',
      /role "app" does not exist/,
    ],
  ],
  'postgresql.cnpg.io/v1 Backup': [
    ['completed', { status: { phase: 'completed' } }, 'current', /ready/],
    ['running', { status: { phase: 'running' } }, 'progressing', /running/],
    ['failed', { status: { phase: 'failed', error: 'exit status 4' } }, 'failed', /exit status 4/],
  ],
  'acid.zalan.do/v1 postgresql': [
    ['running', { status: { PostgresClusterStatus: 'Running' } }, 'current', /ready/],
    ['updating', { status: { PostgresClusterStatus: 'Updating' } }, 'progressing', /Updating/],
    ['not synced', { status: { PostgresClusterStatus: 'SyncFailed' } }, 'failed', /SyncFailed/],
  ],
  'postgres-operator.crunchydata.com/v1beta1 PostgresCluster': [
    [
      'rolled out',
      status({ instances: [{ name: '00', replicas: 2, readyReplicas: 2, updatedReplicas: 2 }] }),
      'current',
      /ready/,
    ],
    [
      'rolling',
      status({ instances: [{ name: '00', replicas: 2, readyReplicas: 2, updatedReplicas: 1 }] }),
      'progressing',
      /not each of status.instances/,
    ],
    ['new', status({}), 'progressing', /not each/],
    ['shut down', { spec: { shutdown: true } }, 'suspended', /shutdown/],
  ],
};

export const databases: Examples = {
  'psmdb.percona.com/v1 PerconaServerMongoDB': [
    ['ready', status({ state: 'ready', ready: 9, size: 9 }), 'current', /ready/],
    ['starting', status({ state: 'initializing', ready: 3, size: 9 }), 'progressing', /initializing/],
    ['in error', status({ state: 'error', message: 'Error: users secret' }), 'failed', /users secret/],
    [
      'in error, of PXC',
      status({ state: 'error', message: ['proxysql: no pods', 'pxc: none'] }),
      'failed',
      /no pods, pxc: none/,
    ],
    ['paused', { spec: { pause: true }, ...status({ state: 'ready' }) }, 'suspended', /pause/],
  ],
  'pxc.percona.com/v1 PerconaXtraDBClusterBackup': [
    ['done', { status: { state: 'Succeeded' } }, 'current', /ready/],
    ['running', { status: { state: 'Running' } }, 'progressing', /Running/],
    ['failed', { status: { state: 'Failed', error: 'no bucket' } }, 'failed', /no bucket/],
  ],
  'mongodbcommunity.mongodb.com/v1 MongoDBCommunity': [
    ['running', { status: { phase: 'Running', currentMongoDBMembers: 3 } }, 'current', /ready/],
    [
      'pending',
      { status: { phase: 'Pending', message: 'ReplicaSet is not yet ready' } },
      'progressing',
      /not yet ready/,
    ],
    ['failed', { status: { phase: 'Failed', message: 'no password secret' } }, 'failed', /no password secret/],
  ],
  'k8s.mariadb.com/v1alpha1 MariaDB': [
    [
      'running',
      { status: { conditions: [condition('Ready', 'True', 'StatefulSetReady', 'Running')] } },
      'current',
      /ready/,
    ],
    [
      'starting',
      { status: { conditions: [condition('Ready', 'False', 'StatefulSetNotReady', 'Not ready')] } },
      'progressing',
      /Not ready/,
    ],
    [
      'failed',
      { status: { conditions: [condition('Ready', 'False', 'Failed', 'Error creating ConfigMap')] } },
      'failed',
      /creating ConfigMap/,
    ],
    ['suspended', { spec: { suspend: true } }, 'suspended', /suspend/],
  ],
  'k8s.mariadb.com/v1alpha1 Restore': [
    ['complete', { status: { conditions: [condition('Complete', 'True', 'JobComplete')] } }, 'current', /ready/],
    [
      'running',
      { status: { conditions: [condition('Complete', 'False', 'JobRunning', 'Running')] } },
      'progressing',
      /Running/,
    ],
    [
      'failed',
      { status: { conditions: [condition('Complete', 'True', 'JobFailed', 'Failed')] } },
      'failed',
      /JobFailed/,
    ],
    [
      'suspended',
      { status: { conditions: [condition('Complete', 'False', 'JobSuspended')] } },
      'suspended',
      /JobSuspended/,
    ],
    [
      'run by a schedule',
      {
        spec: { schedule: { cron: '0 1 * * *' } },
        status: { conditions: [condition('Complete', 'False', 'CronJobScheduled', 'Scheduled')] },
      },
      'current',
      /ready/,
    ],
  ],
  'mysql.oracle.com/v2 InnoDBCluster': [
    ['online', { ...three, status: { cluster: { status: 'ONLINE', onlineInstances: 3 } } }, 'current', /ready/],
    [
      'starting',
      { ...three, status: { cluster: { status: 'PENDING', onlineInstances: 0 } } },
      'progressing',
      /PENDING/,
    ],
  ],
  'redis.redis.opstreelabs.in/v1beta2 RedisCluster': [
    ['ready', { status: { state: 'Ready', reason: 'RedisCluster is ready' } }, 'current', /ready/],
    [
      'forming',
      { status: { state: 'Bootstrap', reason: 'RedisCluster is bootstrapping' } },
      'progressing',
      /bootstrapping/,
    ],
    ['failed', { status: { state: 'Failed', reason: 'no leader' } }, 'failed', /no leader/],
  ],
  'cassandra.datastax.com/v1beta1 CassandraDatacenter': [
    [
      'ready',
      status({
        cassandraOperatorProgress: 'Ready',
        conditions: [condition('Ready', 'True'), condition('Updating', 'False')],
      }),
      'current',
      /ready/,
    ],
    [
      'updating',
      status({ cassandraOperatorProgress: 'Updating', conditions: [condition('Ready', 'True')] }),
      'progressing',
      /Updating/,
    ],
    ['stopped', { spec: { stopped: true } }, 'suspended', /stopped/],
  ],
  'clickhouse.altinity.com/v1 ClickHouseInstallation': [
    ['completed', { status: { status: 'Completed' } }, 'current', /ready/],
    ['in progress', { status: { status: 'InProgress' } }, 'progressing', /InProgress/],
    ['aborted', { status: { status: 'Aborted' } }, 'failed', /Aborted/],
    ['stopped', { spec: { stop: 'yes' }, status: { status: 'Completed' } }, 'suspended', /stop is yes/],
  ],
  'kubedb.com/v1 Postgres': [
    ['ready', status({ phase: 'Ready' }), 'current', /ready/],
    ['provisioning', status({ phase: 'Provisioning' }), 'progressing', /Provisioning/],
    ['halted', status({ phase: 'Halted' }), 'suspended', /Halted/],
  ],
};

export const searchAndQueues: Examples = {
  'elasticsearch.k8s.elastic.co/v1 Elasticsearch': [
    ['green', status({ phase: 'Ready', health: 'green' }), 'current', /ready/],
    ['yellow: one node cannot hold replicas', status({ phase: 'Ready', health: 'yellow' }), 'current', /ready/],
    [
      'with a node of the previous version',
      { spec: { version: '9.1.0' }, ...status({ phase: 'Ready', health: 'green', version: '9.0.2' }) },
      'progressing',
      /version is 9.0.2, not yet 9.1.0/,
    ],
    ['red while it changes', status({ phase: 'ApplyingChanges', health: 'red' }), 'progressing', /ApplyingChanges/],
    ['red, though nothing changes', status({ phase: 'Ready', health: 'red' }), 'failed', /health is red/],
    [
      'with too few nodes in its sets',
      {
        spec: { nodeSets: [{ count: 3 }, { count: 2 }] },
        ...status({ phase: 'Ready', health: 'green', availableNodes: 3 }),
      },
      'progressing',
      /availableNodes is 3 of 5/,
    ],
    ['applying changes', status({ phase: 'ApplyingChanges', health: 'green' }), 'progressing', /ApplyingChanges/],
    ['invalid', status({ phase: 'Invalid' }), 'failed', /Invalid/],
    [
      'not managed',
      { metadata: { annotations: { 'eck.k8s.elastic.co/managed': 'false' } } },
      'suspended',
      /managed is false/,
    ],
  ],
  'kibana.k8s.elastic.co/v1 Kibana': [
    ['green', status({ health: 'green', availableNodes: 1, count: 1 }), 'current', /ready/],
    ['red', status({ health: 'red', availableNodes: 0, count: 1 }), 'progressing', /health is red/],
    ['not managed', { metadata: { annotations: { 'eck.k8s.elastic.co/managed': 'false' } } }, 'suspended', /managed/],
  ],
  'beat.k8s.elastic.co/v1beta1 Beat': [
    ['on every node', status({ health: 'green', availableNodes: 3, expectedNodes: 3 }), 'current', /ready/],
    ['missing a node', status({ health: 'green', availableNodes: 2, expectedNodes: 3 }), 'progressing', /2 of 3/],
    ['not managed', { metadata: { annotations: { 'eck.k8s.elastic.co/managed': 'false' } } }, 'suspended', /managed/],
  ],
  'opensearch.opster.io/v1 OpenSearchCluster': [
    ['running', status({ phase: 'RUNNING' }), 'current', /ready/],
    ['upgrading', status({ phase: 'UPGRADING' }), 'progressing', /UPGRADING/],
  ],
  'rabbitmq.com/v1beta1 RabbitmqCluster': [
    [
      'formed',
      conditions(
        condition('AllReplicasReady', 'True'),
        condition('ClusterAvailable', 'True'),
        condition('ReconcileSuccess', 'True'),
      ),
      'current',
      /ready/,
    ],
    [
      'forming',
      conditions(
        condition('ReconcileSuccess', 'True'),
        condition('ClusterAvailable', 'Unknown', 'CouldNotRetrieveEndpoints', 'no endpoints'),
      ),
      'progressing',
      /no endpoints/,
    ],
    [
      'refused',
      conditions(condition('ReconcileSuccess', 'False', 'Error', 'TLS secret is missing')),
      'failed',
      /TLS secret/,
    ],
    ['scaled to 0', conditions(condition('AllReplicasReady', 'False', 'ScaledToZero')), 'suspended', /ScaledToZero/],
  ],
  'rabbitmq.com/v1beta1 Queue': [
    ['declared', conditions(condition('Ready', 'True', 'SuccessfulCreateOrUpdate')), 'current', /ready/],
    ['new', {}, 'progressing', /status/],
    [
      'refused',
      conditions(condition('Ready', 'False', 'FailedCreateOrUpdate', 'inequivalent arg')),
      'failed',
      /inequivalent arg/,
    ],
  ],
};

export const storage: Examples = {
  'snapshot.storage.k8s.io/v1 VolumeSnapshot': [
    ['usable', { status: { readyToUse: true, restoreSize: '1Gi' } }, 'current', /ready/],
    ['being created', { status: { readyToUse: false } }, 'progressing', /readyToUse is false/],
    [
      'refused',
      { status: { readyToUse: false, error: { message: 'no snapshot class' } } },
      'failed',
      /no snapshot class/,
    ],
  ],
  'minio.min.io/v2 Tenant': [
    ['initialized', { status: { currentState: 'Initialized' } }, 'current', /ready/],
    ['starting', { status: { currentState: 'Provisioning MinIO Statefulset' } }, 'progressing', /Provisioning/],
    ['refused', { status: { currentState: 'Different versions across MinIO Pools' } }, 'failed', /Different versions/],
  ],
  'ceph.rook.io/v1 CephCluster': [
    ['ready', status({ phase: 'Ready', message: 'Cluster created successfully' }), 'current', /ready/],
    [
      'progressing',
      status({ phase: 'Progressing', message: 'Configuring Ceph Mons' }),
      'progressing',
      /Configuring Ceph Mons/,
    ],
    ['failed', status({ phase: 'Failure', message: 'failed to start mons' }), 'failed', /failed to start mons/],
  ],
  'velero.io/v1 Backup': [
    ['completed', { status: { phase: 'Completed' } }, 'current', /ready/],
    ['running', { status: { phase: 'InProgress' } }, 'progressing', /InProgress/],
    ['failed', { status: { phase: 'Failed', failureReason: 'no bucket' } }, 'failed', /no bucket/],
  ],
  'velero.io/v1 Schedule': [
    ['enabled', { status: { phase: 'Enabled' } }, 'current', /ready/],
    ['new', { status: { phase: 'New' } }, 'progressing', /New/],
    [
      'invalid',
      { status: { phase: 'FailedValidation', validationErrors: ['invalid schedule'] } },
      'failed',
      /invalid schedule/,
    ],
    ['paused', { spec: { paused: true } }, 'suspended', /paused/],
  ],
  'velero.io/v1 BackupStorageLocation': [
    ['available', { status: { phase: 'Available' } }, 'current', /ready/],
    ['new', {}, 'progressing', /status/],
    ['unavailable', { status: { phase: 'Unavailable', message: 'no credentials' } }, 'failed', /no credentials/],
  ],
};

export const compute: Examples = {
  'kubevirt.io/v1 VirtualMachine': [
    ['running', status({ printableStatus: 'Running', conditions: [condition('Ready', 'True')] }), 'current', /ready/],
    [
      'starting',
      status({ printableStatus: 'Starting', conditions: [condition('Ready', 'False', 'GuestNotRunning')] }),
      'progressing',
      /GuestNotRunning/,
    ],
    ['unschedulable', status({ printableStatus: 'ErrorUnschedulable' }), 'failed', /ErrorUnschedulable/],
    ['stopped', status({ printableStatus: 'Stopped' }), 'suspended', /Stopped/],
  ],
  'kubevirt.io/v1 VirtualMachineInstance': [
    [
      'running',
      { status: { phase: 'Running', conditions: [condition('Ready', 'True', '', '', { observedGeneration: 2 })] } },
      'current',
      /ready/,
    ],
    ['scheduling', { status: { phase: 'Scheduling' } }, 'progressing', /Ready is not reported/],
    ['failed', { status: { phase: 'Failed' } }, 'failed', /Failed/],
    ['paused', { status: { conditions: [condition('Paused', 'True', 'PausedByUser')] } }, 'suspended', /PausedByUser/],
  ],
  'cdi.kubevirt.io/v1beta1 DataVolume': [
    ['imported', { status: { phase: 'Succeeded' } }, 'current', /ready/],
    ['importing', { status: { phase: 'ImportInProgress' } }, 'progressing', /ImportInProgress/],
    ['failed', { status: { phase: 'Failed' } }, 'failed', /Failed/],
    ['paused', { status: { phase: 'Paused' } }, 'suspended', /Paused/],
  ],
  'sparkoperator.k8s.io/v1beta2 SparkApplication': [
    ['running', { status: { applicationState: { state: 'RUNNING' } } }, 'current', /ready/],
    ['submitted', { status: { applicationState: { state: 'SUBMITTED' } } }, 'progressing', /SUBMITTED/],
    [
      'failed',
      { status: { applicationState: { state: 'FAILED', errorMessage: 'driver failed' } } },
      'failed',
      /driver failed/,
    ],
  ],
  'flink.apache.org/v1beta1 FlinkDeployment': [
    ['stable', status({ lifecycleState: 'STABLE' }), 'current', /ready/],
    ['deployed, not yet stable', status({ lifecycleState: 'DEPLOYED' }), 'progressing', /DEPLOYED/],
    ['rolled back', status({ lifecycleState: 'ROLLED_BACK', error: 'job failed' }), 'failed', /job failed/],
    ['suspended', status({ lifecycleState: 'SUSPENDED' }), 'suspended', /SUSPENDED/],
  ],
  'ray.io/v1 RayCluster': [
    ['ready', status({ state: 'ready' }), 'current', /ready/],
    ['starting', status({}), 'progressing', /state is not reported/],
    ['failed', status({ state: 'failed', reason: 'bad spec' }), 'failed', /bad spec/],
    ['suspended', status({ state: 'suspended' }), 'suspended', /suspended/],
  ],
  'ray.io/v1 RayService': [
    ['serving', status({ serviceStatus: 'Running' }), 'current', /ready/],
    ['starting', status({ serviceStatus: 'WaitForServeDeploymentReady' }), 'progressing', /./],
  ],
  'ray.io/v1 RayJob': [
    ['done', { status: { jobStatus: 'SUCCEEDED', jobDeploymentStatus: 'Complete' } }, 'current', /ready/],
    ['running', { status: { jobStatus: 'RUNNING', jobDeploymentStatus: 'Running' } }, 'progressing', /RUNNING/],
    ['retried', { status: { jobStatus: 'FAILED', jobDeploymentStatus: 'Retrying' } }, 'progressing', /FAILED/],
    [
      'failed',
      { status: { jobStatus: 'FAILED', jobDeploymentStatus: 'Failed', message: 'exit code 1' } },
      'failed',
      /exit code 1/,
    ],
    [
      'stopped',
      { status: { jobStatus: 'STOPPED', jobDeploymentStatus: 'Complete' } },
      'failed',
      /jobDeploymentStatus is Complete, jobStatus is STOPPED/,
    ],
    ['suspended', { status: { jobDeploymentStatus: 'Suspended' } }, 'suspended', /Suspended/],
  ],
  'kubeflow.org/v1 PyTorchJob': [
    [
      'done',
      { status: { conditions: [condition('Created', 'True'), condition('Succeeded', 'True')] } },
      'current',
      /ready/,
    ],
    ['running', { status: { conditions: [condition('Running', 'True')] } }, 'progressing', /Succeeded is not reported/],
    [
      'failed',
      { status: { conditions: [condition('Failed', 'True', 'PyTorchJobFailed', 'worker 0')] } },
      'failed',
      /worker 0/,
    ],
    ['suspended', { status: { conditions: [condition('Suspended', 'True')] } }, 'suspended', /Suspended/],
  ],
  'serving.kserve.io/v1beta1 InferenceService': [
    ['stopped by its annotation', conditions(condition('Stopped', 'True', 'Stopped')), 'suspended', /Stopped/],
    [
      'whose model cannot be loaded',
      status({ conditions: [condition('Ready', 'True')], modelStatus: { transitionStatus: 'BlockedByFailedLoad' } }),
      'failed',
      /BlockedByFailedLoad/,
    ],
    ['serving', conditions(condition('Ready', 'True')), 'current', /ready/],
    ['starting', conditions(condition('Ready', 'Unknown')), 'progressing', /Ready/],
    ['failing', conditions(condition('Ready', 'False', 'RevisionFailed', 'no model')), 'failed', /no model/],
  ],
};
