import type { StatusTable } from '../rule/status-table.ts';
import { field, no, same, yes } from '../rule/status-test.ts';

/** Knative writes Unknown while it works on something: False is a failure. Of KEDA, what scales. */
export const serverless: readonly StatusTable[] = [
  {
    groups: ['serving.knative.dev'],
    kinds: ['Service', 'Configuration'],
    current: [yes('Ready'), same('status.latestReadyRevisionName', 'status.latestCreatedRevisionName')],
    degraded: [no('Ready')],
  },
  {
    groups: ['serving.knative.dev'],
    kinds: ['Route', 'Revision', 'DomainMapping'],
    current: [yes('Ready')],
    degraded: [no('Ready')],
  },
  {
    groups: ['eventing.knative.dev', 'messaging.knative.dev', 'sources.knative.dev', 'flows.knative.dev'],
    current: [yes('Ready')],
  },
  {
    groups: ['keda.sh'],
    kinds: ['ScaledObject', 'ScaledJob'],
    suspended: [yes('Paused'), field(['metadata', 'annotations', 'autoscaling.keda.sh/paused'], 'true')],
    current: [yes('Ready')],
    troubled: [no('Ready')],
  },
  { groups: ['keda.sh'], kinds: ['TriggerAuthentication', 'ClusterTriggerAuthentication'], current: [] },
];
