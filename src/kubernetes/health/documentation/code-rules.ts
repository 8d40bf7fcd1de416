/** What the rules that are code look at, for docs/readiness.md; lines of data tell it by themselves. */
export interface RuleDocumentation {
  readonly current: string;
  readonly failed?: string;
  /** When it is paused or suspended. */
  readonly stopped?: string;
}

const suspendedFlux: RuleDocumentation = {
  current: '`Ready`',
  failed:
    '`Stalled` (`stalled`); `Ready` is False and it is not for a dependency or source that is still to come (`reconcile-failed`)',
  stopped: 'suspended: `spec.suspend`',
};
const route: RuleDocumentation = {
  current:
    'every parent in `spec.parentRefs` has answered, for this generation, `Accepted` and `ResolvedRefs` (no parent: it exists)',
  failed: '`Accepted` or `ResolvedRefs` of a parent is False, and not `Pending` (`reports-error`)',
};
const replicas: RuleDocumentation = {
  current: '`availableReplicas` ≥ `spec.replicas`, and no surplus pods',
};

/** By `Kind.group`, in the order of the page. */
export const workloads: Readonly<Record<string, RuleDocumentation>> = {
  'Deployment.apps': {
    current:
      '`updatedReplicas` ≥ `spec.replicas`, no old pods (`replicas` = `updatedReplicas`), all of them available and ready, `Available` not False, and with a deadline `Progressing` has reason `NewReplicaSetAvailable`',
    failed: '`Progressing` is False with `ProgressDeadlineExceeded` (`progress-deadline`)',
    stopped: 'suspended: `spec.paused`',
  },
  'StatefulSet.apps': {
    current:
      '`updatedReplicas` ≥ `spec.replicas` less the partition (without a partition: `currentRevision` = `updateRevision`), all ready and available, no surplus pods',
    stopped: 'paused: `OnDelete`, and pods of the revision before are left',
  },
  'DaemonSet.apps': {
    current: 'on every node that wants it: updated, ready and available (none wants it: current, and said)',
    stopped: 'paused: `OnDelete`, and pods of the revision before are left',
  },
  'ReplicaSet.apps': replicas,
  'ReplicationController.': replicas,
  'Pod.': { current: '`Ready`, or phase `Succeeded`', failed: 'phase `Failed` (`pod-failed`)' },
  'Job.batch': {
    current: '`Complete`; also where it has removed itself since (`ttlSecondsAfterFinished`)',
    failed: '`Failed` (`job-failed`)',
    stopped: 'suspended: `spec.suspend`',
  },
  'CronJob.batch': { current: 'it exists, suspended or not' },
};

export const others: Readonly<Record<string, RuleDocumentation>> = {
  'PersistentVolumeClaim.': { current: 'phase `Bound`', failed: 'phase `Lost` (`volume-lost`)' },
  'Service.': { current: 'it exists; a LoadBalancer has an address' },
  'Ingress.networking.k8s.io': { current: 'it has an address' },
  'HorizontalPodAutoscaler.autoscaling': {
    current: '`AbleToScale` and `ScalingActive` (or the workload is scaled to 0)',
  },
  'PodDisruptionBudget.policy': { current: '`currentHealthy` ≥ `desiredHealthy`' },
  'CustomResourceDefinition.apiextensions.k8s.io': {
    current: '`Established`',
    failed: '`NamesAccepted` is False (`names-conflict`)',
  },
  'Gateway.gateway.networking.k8s.io': {
    current: '`Accepted`, `Programmed`, and each listener `Programmed` with its references resolved',
    failed: '`Accepted` is False, and not `Pending`; `Programmed` is False with reason `Invalid` (`reports-error`)',
  },
  'GatewayClass.gateway.networking.k8s.io': {
    current: '`Accepted`',
    failed: '`Accepted` is False, and not `Pending` (`reports-error`)',
  },
  'HTTPRoute.gateway.networking.k8s.io': route,
  'GRPCRoute.gateway.networking.k8s.io': route,
  'TLSRoute.gateway.networking.k8s.io': route,
  'TCPRoute.gateway.networking.k8s.io': route,
  'UDPRoute.gateway.networking.k8s.io': route,
};

export const controllers: Readonly<Record<string, RuleDocumentation>> = {
  'Application.argoproj.io': {
    current:
      'no operation asked for or running, `sync.status` is `Synced`, compared again since the operation ended (`reconciledAt` ≥ `finishedAt`), `health.status` is `Healthy`',
    failed:
      '`ComparisonError`, `InvalidSpecError` or `SyncError`; the sync ended `Failed` or `Error`, or is being tried again (`sync-failed`); health is `Degraded` (`degraded`)',
    stopped: 'suspended: health is `Suspended`',
  },
  'Rollout.argoproj.io': {
    current: '`status.phase` is `Healthy`, for this generation of it and of the workload that it refers to',
    failed:
      '`status.phase` is `Degraded`: past its deadline (`progress-deadline`), aborted or invalid (`stalled`), else `degraded`',
    stopped:
      'paused: `status.phase` is `Paused` and the pause does not end by itself (a step without a duration, blue-green without `autoPromotionSeconds`, an inconclusive analysis, `spec.paused`)',
  },
  'Kustomization.kustomize.toolkit.fluxcd.io': suspendedFlux,
  'HelmRelease.helm.toolkit.fluxcd.io': suspendedFlux,
  'GitRepository.source.toolkit.fluxcd.io': suspendedFlux,
  'OCIRepository.source.toolkit.fluxcd.io': suspendedFlux,
  'HelmRepository.source.toolkit.fluxcd.io': suspendedFlux,
  'HelmChart.source.toolkit.fluxcd.io': suspendedFlux,
  'Bucket.source.toolkit.fluxcd.io': suspendedFlux,
  'ExternalArtifact.source.toolkit.fluxcd.io': suspendedFlux,
  'ImageRepository.image.toolkit.fluxcd.io': suspendedFlux,
  'ImagePolicy.image.toolkit.fluxcd.io': suspendedFlux,
  'ImageUpdateAutomation.image.toolkit.fluxcd.io': suspendedFlux,
  'Receiver.notification.toolkit.fluxcd.io': suspendedFlux,
  'Helm.': {
    current: 'the newest revision of the Helm release is `deployed`',
    failed: 'it is `failed` (`release-failed`)',
  },
};
