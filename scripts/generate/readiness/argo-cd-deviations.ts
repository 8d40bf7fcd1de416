/** Where a verdict differs from the health check that Argo CD ships for a kind. */
export interface HealthCheckDeviation {
  /** `Kind.group`; `*.group` for each kind of a group. */
  readonly kinds: readonly string[];
  readonly argoCd: readonly ('Healthy' | 'Degraded' | 'Progressing' | 'Suspended' | 'Unknown')[];
  readonly ours: 'current' | 'progressing' | 'failed' | 'paused' | 'suspended';
  readonly reason: string;
  /** The versions of Argo CD with such an example, if not all. */
  readonly versions?: string;
}

/** `test/e2e/argo-cd-health-checks.test.ts` compares each case that Argo CD tests its checks with, and holds this list complete. */
export const argoCdDeviations: readonly HealthCheckDeviation[] = [
  {
    kinds: ['CustomResourceDefinition.apiextensions.k8s.io'],
    argoCd: ['Degraded'],
    ours: 'current',
    reason: 'the API server serves a definition whose schema is not structural all the same',
  },
  {
    kinds: ['CustomResourceDefinition.apiextensions.k8s.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'it is established within moments; only `NamesAccepted` False fails',
  },
  {
    kinds: ['CronJob.batch', 'AdvancedCronJob.apps.kruise.io'],
    argoCd: ['Degraded', 'Progressing'],
    ours: 'current',
    reason: 'its last run belongs to an earlier release, and its next one may be hours away',
  },
  {
    kinds: ['Backup.k8s.mariadb.com'],
    argoCd: ['Degraded'],
    ours: 'current',
    reason: 'a scheduled backup is never complete: it is current once it is scheduled',
  },
  {
    kinds: ['ScaledObject.keda.sh'],
    argoCd: ['Degraded'],
    ours: 'current',
    reason: 'fallback means that a source of metrics is missing, which the rollout has neither caused nor can repair',
  },
  {
    kinds: ['ScaledJob.keda.sh'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: '`Ready` is Unknown: KEDA has not decided yet',
  },
  {
    kinds: ['DaemonSet.apps.kruise.io'],
    argoCd: ['Progressing'],
    ours: 'current',
    reason: 'no node matches, and the controller has seen the change',
  },
  {
    kinds: ['DaemonSet.apps.kruise.io', 'StatefulSet.apps.kruise.io'],
    argoCd: ['Suspended'],
    ours: 'current',
    reason: 'the partition is intended, as in a StatefulSet of Kubernetes',
  },
  {
    kinds: ['CloneSet.apps.kruise.io', 'DaemonSet.apps.kruise.io', 'StatefulSet.apps.kruise.io'],
    argoCd: ['Degraded', 'Suspended'],
    ours: 'progressing',
    reason: 'pods that start are not a failure; the pods themselves tell what is wrong',
  },
  {
    kinds: ['CloneSet.apps.kruise.io', 'StatefulSet.apps.kruise.io'],
    argoCd: ['Healthy'],
    ours: 'progressing',
    reason: 'every pod must be ready (`readyReplicas`), not only the updated ones',
  },
  {
    kinds: ['ExecHook.astra.netapp.io'],
    argoCd: ['Progressing'],
    ours: 'current',
    reason: 'a hook that is not disabled is enabled',
  },
  {
    kinds: ['ResticVolumeBackup.astra.netapp.io', 'VirtualMachineInstance.kubevirt.io'],
    argoCd: ['Degraded', 'Suspended'],
    ours: 'progressing',
    reason: 'it is being deleted',
  },
  {
    kinds: ['KafkaBridge.kafka.strimzi.io', 'KafkaConnect.kafka.strimzi.io', 'KafkaConnector.kafka.strimzi.io'],
    argoCd: ['Healthy', 'Degraded'],
    ours: 'progressing',
    reason: 'it is being deleted',
  },
  {
    kinds: ['SpinApp.core.spinkube.dev'],
    argoCd: ['Progressing'],
    ours: 'current',
    reason: '`Progressing` with reason `NewReplicaSetAvailable` means that its Deployment is done',
  },
  {
    kinds: ['Elasticsearch.elasticsearch.k8s.elastic.co'],
    argoCd: ['Progressing'],
    ours: 'current',
    reason: "yellow: a cluster with one node can't hold replicas, so it never turns green",
  },
  {
    kinds: ['Beat.beat.k8s.elastic.co', 'Logstash.logstash.k8s.elastic.co'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'red means that no instance is available, which is how each one starts',
  },
  {
    kinds: ['Beat.beat.k8s.elastic.co'],
    argoCd: ['Healthy'],
    ours: 'progressing',
    reason: 'some instance still has an earlier version',
  },
  {
    kinds: ['Function.openfaas.com'],
    argoCd: ['Suspended'],
    ours: 'current',
    reason: 'an idle function has no replicas, and starts with the next request',
  },
  {
    kinds: ['Pipeline.numaflow.numaproj.io', 'MonoVertex.numaflow.numaproj.io'],
    argoCd: ['Healthy'],
    ours: 'suspended',
    reason: 'a paused pipeline processes nothing',
  },
  {
    kinds: ['PipelineRollout.numaplane.numaproj.io', 'MonoVertexRollout.numaplane.numaproj.io'],
    argoCd: ['Healthy'],
    ours: 'suspended',
    reason: 'a paused pipeline processes nothing',
  },
  {
    kinds: ['HTTPProxy.projectcontour.io'],
    argoCd: ['Healthy'],
    ours: 'failed',
    reason: 'a proxy that includes others can be invalid as well',
    versions: 'after 3.2',
  },
  {
    kinds: ['Subscription.operators.coreos.com'],
    argoCd: ['Progressing'],
    ours: 'paused',
    reason: 'the installation waits until a person approves it',
    versions: 'after 3.2',
  },
  {
    kinds: ['Rollout.argoproj.io'],
    argoCd: ['Healthy', 'Degraded', 'Suspended'],
    ours: 'progressing',
    reason: 'controllers before 1.0 write no `phase`; it alone tells what the controller has decided',
  },
  {
    kinds: ['ClusterResourceSet.addons.cluster.x-k8s.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'the new cluster is not reachable yet',
  },
  {
    kinds: ['Cluster.cluster.x-k8s.io', 'MachineHealthCheck.cluster.x-k8s.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'in Cluster API, phase `Failed` means that a person must act',
  },
  {
    kinds: ['MachinePool.cluster.x-k8s.io'],
    argoCd: ['Healthy'],
    ours: 'progressing',
    reason: 'it is still scaling',
  },
  {
    kinds: ['Certificate.cert-manager.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: '`Ready` is False from the start; it has failed only if issuing has',
  },
  {
    kinds: ['CephCluster.ceph.rook.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'warnings are part of a rolling update of its daemons',
  },
  {
    kinds: ['Provider.pkg.crossplane.io', 'Provider.*.crossplane.io', 'ProviderRevision.*.crossplane.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'a package is unhealthy until its pod has started',
  },
  {
    kinds: ['ClusterStackInstall.stacks.crossplane.io'],
    argoCd: ['Healthy'],
    ours: 'progressing',
    reason: 'stacks are no part of Crossplane anymore',
  },
  {
    kinds: ['DeploymentConfig.apps.openshift.io'],
    argoCd: ['Healthy', 'Degraded'],
    ours: 'progressing',
    reason: 'all replicas must be updated and available; those that start are no failure',
  },
  {
    kinds: ['APIManager.apps.3scale.net'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'it is not available yet: the objects that it watches may be applied with it',
  },
  {
    kinds: ['Application.astra.netapp.io', 'GameServer.game.kruise.io', 'OpenTelemetryCollector.opentelemetry.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'not ready is how each one starts',
  },
  {
    kinds: ['GRPCRoute.gateway.networking.k8s.io', 'HTTPRoute.gateway.networking.k8s.io'],
    argoCd: ['Degraded', 'Healthy'],
    ours: 'progressing',
    reason: 'every parent that the route names must report on this generation',
  },
  {
    kinds: ['ImagePolicy.image.toolkit.fluxcd.io', 'OCIRepository.source.toolkit.fluxcd.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'Flux waits for another object, or is making another attempt',
  },
  {
    kinds: ['Prometheus.monitoring.coreos.com'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'a single pod is briefly missing while it is replaced',
  },
  {
    kinds: ['KnativeEventing.operator.knative.dev', 'KnativeServing.operator.knative.dev'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: '`Ready` is neither True nor False, so the operator has not decided yet',
  },
  {
    kinds: ['Service.serving.knative.dev'],
    argoCd: ['Healthy'],
    ours: 'progressing',
    reason: 'the latest ready revision must be the latest created one',
  },
  {
    kinds: ['Cluster.postgresql.cnpg.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'a failover is one of the steps of a rolling update',
  },
  {
    kinds: ['PerconaXtraDBCluster.pxc.percona.com'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'a cluster that stops its nodes is on its way to another state',
  },
  {
    kinds: ['PromotionStrategy.promoter.argoproj.io'],
    argoCd: ['Healthy', 'Degraded'],
    ours: 'progressing',
    reason: 'each environment must have the commit that is proposed for it',
  },
  {
    kinds: ['Exchange.rabbitmq.com', 'ClusterResourceBinding.work.karmada.io', 'ResourceBinding.work.karmada.io'],
    argoCd: ['Healthy', 'Degraded'],
    ours: 'progressing',
    reason: 'the status is of an earlier generation',
  },
  {
    kinds: ['Route.route.openshift.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'a router that gives no reason may admit it within moments',
  },
  {
    kinds: ['Gateway.gateway.networking.k8s.io'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'the certificate that it refers to may still be issued',
  },
  {
    kinds: ['RateLimitPolicy.microgateway.airlock.com'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'a gateway that has not reported `Accepted` has not decided yet',
    versions: 'after 3.2',
  },
  {
    kinds: ['RabbitmqCluster.rabbitmq.com'],
    argoCd: ['Degraded'],
    ours: 'progressing',
    reason: 'its conditions are Unknown: the operator has not decided yet',
    versions: 'up to 3.2',
  },
  {
    kinds: ['*.*.cnrm.cloud.google.com'],
    argoCd: ['Suspended'],
    ours: 'progressing',
    reason: 'it waits for an object that may be applied with it',
  },
];
