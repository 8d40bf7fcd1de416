import type { StatusCriteria } from '../rule/status-criteria.ts';
import { field, isFalse, isTrue, same } from '../rule/status-test.ts';

/** Knative and KEDA. Knative writes Unknown while it reconciles, so False is a failure. */
export const serverless: readonly StatusCriteria[] = [
  {
    groups: ['serving.knative.dev'],
    kinds: ['Service', 'Configuration'],
    current: [isTrue('Ready'), same('status.latestReadyRevisionName', 'status.latestCreatedRevisionName')],
    degraded: [isFalse('Ready')],
    // The pods of earlier revisions stay for a while, or for their share of the requests.
    pods: {
      by: { 'serving.knative.dev/revision': { field: 'status.latestCreatedRevisionName' } },
    },
  },
  {
    groups: ['serving.knative.dev'],
    kinds: ['Revision'],
    current: [isTrue('Ready')],
    degraded: [isFalse('Ready')],
    pods: { by: { 'serving.knative.dev/revision': { field: 'metadata.name' } } },
  },
  {
    groups: ['serving.knative.dev'],
    kinds: ['Route', 'DomainMapping'],
    current: [isTrue('Ready')],
    degraded: [isFalse('Ready')],
  },
  {
    groups: ['eventing.knative.dev', 'messaging.knative.dev', 'sources.knative.dev', 'flows.knative.dev'],
    current: [isTrue('Ready')],
  },
  {
    groups: ['keda.sh'],
    kinds: ['ScaledObject', 'ScaledJob'],
    suspended: [isTrue('Paused'), field(['metadata', 'annotations', 'autoscaling.keda.sh/paused'], 'true')],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
  { groups: ['keda.sh'], kinds: ['TriggerAuthentication', 'ClusterTriggerAuthentication'], current: [] },
];
