import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, atLeast, field, isFalse, isTrue, same } from '../rule/status-test.ts';

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
    ],
    failed: [isFalse('Progressing', 'ProgressDeadlineExceeded')],
    counts: ['status.readyReplicas', 'spec.replicas'],
  },
  {
    groups: ['operators.coreos.com'],
    kinds: ['Subscription'],
    current: [field('status.state', 'AtLatestKnown')],
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
