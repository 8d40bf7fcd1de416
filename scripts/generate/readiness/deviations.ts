/** Where a verdict differs on purpose from that of kubectl, kstatus (Flux, Helm 4) or Argo CD. */
export interface Deviation {
  readonly subject: string;
  readonly others: string;
  readonly ours: string;
  readonly reason: string;
}

export const deviations: readonly Deviation[] = [
  {
    subject: 'Deployment',
    others: 'kubectl ignores `Available`; Helm 4 skips a paused Deployment',
    ours: '`Available` must not be False; a paused Deployment is `suspended`',
    reason: 'a paused Deployment rolls nothing out: that is neither success nor something to wait for',
  },
  {
    subject: 'StatefulSet, DaemonSet with `OnDelete`',
    others: 'kubectl refuses them, kstatus calls them current at once, Argo CD as soon as the old pods are ready',
    ours: '`paused` until every pod has the new revision',
    reason: 'the old version serves until somebody deletes its pods',
  },
  {
    subject: 'Failed Pod',
    others: 'kstatus calls it current because it has finished',
    ours: '`failed`',
    reason: 'finished does not mean successful',
  },
  {
    subject: 'Running Job',
    others: 'kstatus calls it current as soon as it has started',
    ours: '`progressing` until `Complete`',
    reason: 'a migration must be complete before the workloads that need it are called ready',
  },
  {
    subject: 'Workloads',
    others: 'all accept the counts in the status',
    ours: 'the pods are checked as well: the desired number of pods of the new revision is ready, no pod of an earlier revision runs, and none crashed a moment ago',
    reason: 'counts lag behind, and a container without a readiness probe is briefly ready after each crash',
  },
  {
    subject: 'Ingress',
    others: 'kubectl and kstatus call it current at once',
    ours: '`progressing` until it has an address, as in Argo CD',
    reason: 'nobody can reach it without an address',
  },
  {
    subject: 'HorizontalPodAutoscaler',
    others: 'kubectl, kstatus and Helm call it current at once; Argo CD calls it Degraded at once if it has no metrics',
    ours: "`progressing` while it can't scale or has no metrics",
    reason: 'new pods have no metrics for their first seconds; without metrics it never scales',
  },
  {
    subject: 'Paused Rollout',
    others: 'Argo CD calls every pause Suspended',
    ours: '`progressing` if the pause ends by itself; `paused` if it waits for a person or a gate',
    reason: 'the first needs only time, the second a decision',
  },
  {
    subject: 'Rollout that keeps pods for a rollback (`scaleDownDelaySeconds`)',
    others: '–',
    ours: 'these pods are not waited for',
    reason: 'they get no requests anymore and may be kept for hours',
  },
  {
    subject: 'Application whose sync fails and is retried',
    others: 'Argo CD calls the operation Running, for minutes',
    ours: "`failed` after 15 s, with the cluster's answer",
    reason: 'every retry applies the same commit',
  },
  {
    subject: 'Application that is synced and healthy, but whose last sync failed (a PostSync hook)',
    others: 'Argo CD calls it Healthy',
    ours: '`failed`, with the hook and its message',
    reason: 'a hook that tests or announces the release is part of it',
  },
  {
    subject: 'Application with an error from before the expected commit',
    others: 'Argo CD shows it until it compares or syncs again',
    ours: '`progressing`: the error counts only if the commit that it names is the expected one, or if Argo CD has looked at Git since the wait began',
    reason: 'the expected commit may be the one that repairs it',
  },
  {
    subject: 'Target that another target of the wait delivers',
    others: '–',
    ours: 'its failures count only once that one has applied the commit (and, in Argo CD, has reached its wave)',
    reason: 'until then they are those of the commit before',
  },
  {
    subject: 'Failing Flux objects',
    others: 'kstatus waits, because Flux retries forever',
    ours: '`failed` after 30 s, unless another object must be ready first',
    reason: 'every retry applies the same commit',
  },
  {
    subject: 'Custom resource without a status',
    others: 'kstatus and Argo CD call it current at once',
    ours: '`progressing` for 10 s, then current; current at once if the kind is known to have no status',
    reason: 'its controller may not have seen it yet, or may never write a status; only time shows the difference',
  },
  {
    subject: 'Custom resource whose status names no generation',
    others: 'all take the status for that of the last change',
    ours: 'if it was changed since it was created, it must look ready for 5 s',
    reason: 'otherwise the status from before the change would count',
  },
  {
    subject: 'Custom resource without `Ready`',
    others: 'kstatus calls it current',
    ours: '`Available`, otherwise `Succeeded`, replaces `Ready`; `Synced` must not be False',
    reason: "controllers that don't follow kstatus write these conditions",
  },
  {
    subject: 'Custom resource that says elsewhere than in `Ready` that it failed or is not done',
    others: 'kstatus and Argo CD call it current, unless Argo CD has a health check for the kind',
    ours: '`progressing`; `failed` if it says so for 1 min (`reports-error`)',
    reason: 'a failure that a person can read in the status is no success; it may be temporary, hence the grace',
  },
  {
    subject: 'Custom resource whose controller reports an error',
    others: 'Argo CD calls it Degraded at once',
    ours: '`failed` if its controller calls the error final, otherwise after 1 min (`reports-error`)',
    reason: 'objects that are applied together wait for each other: a secret for its store, a route for its gateway',
  },
  {
    subject: 'Routes of Gateway API',
    others: 'Argo CD accepts the first parent that has accepted the route',
    ours: 'every parent of the route must accept it, for this generation',
    reason: 'the route must serve at every gateway it names',
  },
  {
    subject: 'Certificate',
    others: 'Argo CD calls it Degraded while it is issued for the first time',
    ours: '`failed` only if issuing has failed',
    reason: '`Ready` is False from the start',
  },
  {
    subject: 'ExternalSecret, PushSecret',
    others: 'Argo CD accepts `Ready` of any generation',
    ours: '`syncedResourceVersion` must be of this generation',
    reason: 'otherwise the secret could be the one from before the change',
  },
  {
    subject: 'Managed resources of Crossplane',
    others: 'Argo CD accepts `Ready` alone if it is listed before `Synced`',
    ours: '`Synced` and `Ready`',
    reason: 'the existing resource may be the one from before the change',
  },
  {
    subject: 'Service of Knative',
    others: 'Argo CD checks only conditions',
    ours: 'the latest ready revision must be the latest created revision',
    reason: 'until then the previous revision serves',
  },
  {
    subject: 'ScaledObject in fallback',
    others: 'Argo CD calls it Degraded',
    ours: 'fallback is ignored',
    reason: 'a source of metrics is missing, which the rollout has neither caused nor can repair',
  },
  {
    subject: 'Prometheus, Alertmanager, ThanosRuler',
    others: 'Argo CD checks `Available`, and calls it Degraded if no pod is ready',
    ours: '`Reconciled`, all pods updated and available; `progressing` if no pod is ready',
    reason:
      '`Available` stays True while pods of the previous version serve, and a single pod is briefly missing while it is replaced',
  },
  {
    subject: 'Cluster of CloudNativePG',
    others: 'Argo CD calls a switchover, a restart and an upgrade Degraded',
    ours: '`progressing`; `paused` if it waits for a person; all instances must be ready',
    reason: 'these are the steps of a rolling update',
  },
  {
    subject: 'Yellow Elasticsearch',
    others: 'Argo CD calls it Progressing',
    ours: 'current',
    reason: "a cluster with one node can't hold replicas, so it never turns green",
  },
  {
    subject: 'Clusters and machines of Cluster API',
    others: 'Argo CD calls them Degraded if `Ready` is False, and a scaling MachinePool Healthy',
    ours: '`progressing` in both cases; `failed` in phase `Failed`',
    reason: 'in Cluster API, `Failed` means that a person must act',
  },
  {
    subject: 'Canary of Flagger at a gate',
    others: 'Argo CD calls it Unknown',
    ours: '`paused`',
    reason: 'it waits for a decision',
  },
  {
    subject: 'CloneSet of OpenKruise',
    others: 'Argo CD calls it Suspended if it has a partition, and Degraded while pods start',
    ours: 'current once all pods above the partition are updated, as in a StatefulSet; `progressing` while pods start',
    reason: 'the partition is intended',
  },
  {
    subject: 'FlinkDeployment',
    others: 'Argo CD accepts `DEPLOYED`',
    ours: '`STABLE`',
    reason: 'before `STABLE`, Flink may still roll back',
  },
];
