/** Where a verdict differs on purpose from that of kubectl, kstatus (Flux, Helm 4) or Argo CD. */
export interface Deviation {
  readonly of: string;
  readonly they: string;
  readonly we: string;
  readonly why: string;
}

export const deviations: readonly Deviation[] = [
  {
    of: 'Deployment',
    they: 'kubectl does not look at `Available`; Helm 4 leaves out one that is paused',
    we: '`Available` must not be False; paused is `suspended`, an outcome of its own',
    why: 'a paused Deployment rolls nothing out: neither success nor something to wait for',
  },
  {
    of: 'StatefulSet, DaemonSet with `OnDelete`',
    they: 'kubectl refuses them, kstatus calls them current at once, Argo CD as soon as the old pods are ready',
    we: '`paused` until every pod carries the new revision',
    why: 'the old version serves until somebody deletes its pods',
  },
  {
    of: 'Pod that failed',
    they: 'kstatus calls it current: it is over',
    we: '`failed`',
    why: 'over is not the same as well',
  },
  {
    of: 'Job that runs',
    they: 'kstatus calls it current as soon as it has started',
    we: '`progressing` until `Complete`',
    why: 'a migration has to be done before what needs it is called ready',
  },
  {
    of: 'Workloads',
    they: 'all are content with the counts in the status',
    we: 'the pods are counted as well: as many of the new revision as wanted are ready, none of an earlier one runs, none has crashed a moment ago',
    why: 'counts lag behind, and a container without a readiness probe is ready for a moment each time it crashes',
  },
  {
    of: 'Ingress',
    they: 'kubectl and kstatus call it current at once',
    we: '`progressing` until it has an address, as Argo CD does',
    why: 'without an address nobody reaches it',
  },
  {
    of: 'HorizontalPodAutoscaler',
    they: 'kubectl, kstatus and Helm call it current at once; Argo CD calls one without metrics Degraded at once',
    we: '`progressing` while it can not scale or has no metrics',
    why: 'new pods have no metrics for their first seconds; without any it never scales',
  },
  {
    of: 'Rollout that pauses',
    they: 'Argo CD calls every pause Suspended',
    we: 'a pause that ends by itself is `progressing`; one that waits for a person or a gate is `paused`',
    why: 'the first needs time only, the second a decision',
  },
  {
    of: 'Rollout with pods kept for a way back (`scaleDownDelaySeconds`)',
    they: '–',
    we: 'they are not waited for',
    why: 'they get no requests any more, and may be kept for hours',
  },
  {
    of: 'Application whose sync fails and is tried again',
    they: 'Argo CD calls the operation Running, for minutes',
    we: '`failed` after 15 s, with what the cluster answered',
    why: 'the same commit is applied each time',
  },
  {
    of: 'Flux objects that fail',
    they: 'kstatus waits: Flux tries again for ever',
    we: '`failed` after 30 s, except where another object must come first',
    why: 'the same commit is applied each time',
  },
  {
    of: 'Custom resource without a status',
    they: 'kstatus and Argo CD call it current at once',
    we: '`progressing` for 10 s, then current; at once where the kind is known to have none',
    why: 'its controller may not have looked at it yet; only time tells that from one that never writes',
  },
  {
    of: 'Custom resource whose status names no generation',
    they: 'all take the status for that of the last change',
    we: 'where it was changed since it was made, it must look ready for 5 s from the first look',
    why: 'else the status of before the change is taken for that of after',
  },
  {
    of: 'Custom resource without `Ready`',
    they: 'kstatus calls it current',
    we: '`Available`, else `Succeeded`, stands for `Ready`; `Synced` must not be False',
    why: 'that is what controllers write that do not know kstatus',
  },
  {
    of: 'Custom resource without any such condition, whose `phase` or `state` is a word such as Provisioning or Failed',
    they: 'kstatus and Argo CD call it current',
    we: '`progressing`',
    why: 'its controller says that it is not done; `failed` would be too much, as nobody knows whether it passes',
  },
  {
    of: 'Error that a controller reports of a custom resource',
    they: 'Argo CD calls it Degraded at once',
    we: '`failed` where it is final by the word of its controller, else after 1 min (`reports-error`)',
    why: 'objects that are applied together wait for each other: a store for its secret, a route for its gateway',
  },
  {
    of: 'Routes of Gateway API',
    they: 'Argo CD is content with the first parent that has accepted it',
    we: 'every parent that the route names, for this generation',
    why: 'a route is there where it was asked to be, or it is not',
  },
  {
    of: 'Certificate',
    they: 'Argo CD calls it Degraded while it is issued for the first time',
    we: '`failed` only where the issue has failed',
    why: '`Ready` is False from the first moment on',
  },
  {
    of: 'ExternalSecret, PushSecret',
    they: 'Argo CD takes `Ready` of whichever generation',
    we: '`syncedResourceVersion` must be of this generation',
    why: 'the secret would be that of before the change',
  },
  {
    of: 'Managed resources of Crossplane',
    they: 'Argo CD is content with `Ready` if it stands before `Synced`',
    we: '`Synced` and `Ready`',
    why: 'what is there may be of before the change',
  },
  {
    of: 'Service of Knative',
    they: 'Argo CD looks at conditions only',
    we: 'the latest revision that is ready is the latest that was made',
    why: 'the revision before serves until then',
  },
  {
    of: 'ScaledObject in fallback',
    they: 'Argo CD calls it Degraded',
    we: 'not looked at',
    why: 'a source of metrics is gone, which the rollout has not caused and can not mend',
  },
  {
    of: 'Prometheus, Alertmanager, ThanosRuler',
    they: 'Argo CD looks at `Available`, and calls no ready pod Degraded',
    we: '`Reconciled`, all pods updated and available; no ready pod is `progressing`',
    why: '`Available` stays true while pods of the version before serve, and a single pod is gone for a moment when it is replaced',
  },
  {
    of: 'Cluster of CloudNativePG',
    they: 'Argo CD calls a switchover, a restart and an upgrade Degraded',
    we: '`progressing`; `paused` where it waits for a person; also all instances ready',
    why: 'these are the steps of a rolling update',
  },
  {
    of: 'Elasticsearch that is yellow',
    they: 'Argo CD calls it Degraded',
    we: 'current',
    why: 'one node can hold no replicas: it never turns green',
  },
  {
    of: 'Clusters and machines of Cluster API',
    they: 'Argo CD calls `Ready` False Degraded, and a MachinePool that scales Healthy',
    we: 'both are `progressing`; `failed` in phase `Failed`',
    why: '`Failed` is the word of Cluster API for what needs a person',
  },
  {
    of: 'Canary of Flagger at a gate',
    they: 'Argo CD calls it Unknown',
    we: '`paused`',
    why: 'it waits for a decision',
  },
  {
    of: 'CloneSet of OpenKruise',
    they: 'Argo CD calls one with a partition Suspended, and pods that start Degraded',
    we: 'current once as many as the partition lets are updated, as with a StatefulSet; pods that start are `progressing`',
    why: 'the partition is what was asked for',
  },
  {
    of: 'FlinkDeployment',
    they: 'Argo CD is content with `DEPLOYED`',
    we: '`STABLE`',
    why: 'only then Flink takes the change as good: before, it may still roll back',
  },
];
