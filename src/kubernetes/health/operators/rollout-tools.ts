import type { StatusCriteria } from '../rule/status-criteria.ts';
import { all, any, atLeast, field, isFalse, isTrue, not, same } from '../rule/status-test.ts';

const kruise = ['apps.kruise.io'];

/** Other tools for rollouts and installation: Flagger, OpenKruise, Flux's Alerts, OpenShift and OLM. */
export const rolloutTools: readonly StatusCriteria[] = [
  {
    groups: ['flagger.app'],
    kinds: ['Canary'],
    current: [field('status.phase', 'Initialized', 'Succeeded')],
    paused: [field('status.phase', 'Waiting', 'WaitingPromotion')],
    degraded: [field('status.phase', 'Failed')],
  },
  { groups: ['flagger.app'], kinds: ['MetricTemplate', 'AlertProvider'], current: [] },
  { groups: ['notification.toolkit.fluxcd.io'], kinds: ['Alert', 'Provider'], current: [] },
  {
    groups: kruise,
    kinds: ['CloneSet'],
    suspended: [field('spec.updateStrategy.paused', true)],
    current: [
      atLeast('status.updatedReplicas', 'status.expectedUpdatedReplicas'),
      atLeast('status.readyReplicas', 'spec.replicas'),
      same('status.replicas', 'spec.replicas'),
    ],
    counts: ['status.readyReplicas', 'spec.replicas'],
    pods: {
      by: 'owner',
      revision: { label: 'controller-revision-hash', field: 'status.updateRevision' },
      desired: 'status.expectedUpdatedReplicas',
      keepsOld: 'spec.updateStrategy.partition',
    },
  },
  {
    groups: kruise,
    kinds: ['StatefulSet'],
    suspended: [field('spec.updateStrategy.rollingUpdate.paused', true)],
    current: [
      any(
        same('status.currentRevision', 'status.updateRevision'),
        field('spec.updateStrategy.rollingUpdate.partition'),
      ),
      atLeast('status.readyReplicas', 'spec.replicas'),
    ],
    counts: ['status.readyReplicas', 'spec.replicas'],
    pods: {
      by: 'owner',
      revision: { label: 'controller-revision-hash', field: 'status.updateRevision' },
      keepsOld: 'spec.updateStrategy.rollingUpdate.partition',
    },
  },
  {
    groups: kruise,
    kinds: ['DaemonSet'],
    suspended: [field('spec.updateStrategy.rollingUpdate.paused', true)],
    current: [
      any(
        atLeast('status.updatedNumberScheduled', 'status.desiredNumberScheduled'),
        field('spec.updateStrategy.rollingUpdate.partition'),
      ),
      atLeast('status.numberAvailable', 'status.desiredNumberScheduled'),
    ],
    counts: ['status.numberReady', 'status.desiredNumberScheduled'],
    pods: {
      by: 'owner',
      revision: { label: 'controller-revision-hash', field: 'status.daemonSetHash' },
      keepsOld: 'spec.updateStrategy.rollingUpdate.partition',
    },
  },
  {
    groups: kruise,
    kinds: ['BroadcastJob'],
    runsOnce: true,
    suspended: [field('status.phase', 'paused')],
    current: [field('status.phase', 'completed')],
    failed: [field('status.phase', 'failed')],
  },
  {
    groups: kruise,
    kinds: ['AdvancedCronJob'],
    suspended: [field('spec.paused', true)],
    current: [not(field('spec.paused', true))],
  },
  {
    groups: ['rollouts.kruise.io'],
    kinds: ['Rollout'],
    paused: [all(field('status.canaryStatus.currentStepState', 'StepPaused'), field('status.phase', 'Progressing'))],
    current: [field('status.phase', 'Healthy')],
    failed: [field('status.phase', 'Disabled', 'Terminating')],
    message: 'status.message',
  },
  {
    groups: ['game.kruise.io'],
    kinds: ['GameServerSet'],
    suspended: [field('spec.updateStrategy.rollingUpdate.paused', true)],
    current: [atLeast('status.updatedReadyReplicas', 'status.replicas'), atLeast('status.replicas', 'spec.replicas')],
    paused: [field('spec.updateStrategy.rollingUpdate.partition')],
    counts: ['status.readyReplicas', 'spec.replicas'],
  },
  {
    groups: ['game.kruise.io'],
    kinds: ['GameServer'],
    conventions: true,
    current: [same('status.currentState', 'status.desiredState')],
  },
  {
    groups: ['apps.openshift.io'],
    kinds: ['DeploymentConfig'],
    suspended: [field('spec.paused', true)],
    current: [
      atLeast('status.updatedReplicas', 'spec.replicas'),
      atLeast('status.availableReplicas', 'spec.replicas'),
      same('status.replicas', 'status.updatedReplicas'),
      isTrue('Available'),
      isTrue('Progressing', 'NewReplicationControllerAvailable'),
    ],
    failed: [isFalse('Progressing', 'ProgressDeadlineExceeded')],
    counts: ['status.readyReplicas', 'spec.replicas'],
    pods: {
      by: { deploymentconfig: { field: 'metadata.name' } },
      revision: { annotation: 'openshift.io/deployment-config.latest-version', field: 'status.latestVersion' },
      desired: 'spec.replicas',
    },
  },
  {
    groups: ['operators.coreos.com'],
    kinds: ['Subscription'],
    current: [
      any(
        field('status.state', 'AtLatestKnown'),
        // A later version waits for approval. The present one is installed.
        all(
          field('status.state', 'UpgradePending'),
          field('status.installedCSV'),
          isTrue('InstallPlanPending', 'RequiresApproval'),
        ),
      ),
      not(any(isTrue('ResolutionFailed'), isTrue('InstallPlanFailed'), isTrue('CatalogSourcesUnhealthy'))),
    ],
    paused: [isTrue('InstallPlanPending', 'RequiresApproval')],
    reportsError: [isTrue('ResolutionFailed'), isTrue('InstallPlanFailed'), isTrue('CatalogSourcesUnhealthy')],
  },
  {
    groups: ['operators.coreos.com'],
    kinds: ['ClusterServiceVersion'],
    current: [field('status.phase', 'Succeeded')],
    reportsError: [field('status.phase', 'Failed')],
    message: 'status.message',
  },
  {
    groups: ['operators.coreos.com'],
    kinds: ['InstallPlan'],
    runsOnce: true,
    current: [field('status.phase', 'Complete')],
    paused: [field('status.phase', 'RequiresApproval')],
    failed: [field('status.phase', 'Failed')],
  },
  { groups: ['operators.coreos.com'], kinds: ['OperatorGroup'], current: [] },
];
