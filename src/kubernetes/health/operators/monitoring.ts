import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, atLeast, field, isFalse, isTrue } from '../rule/status-test.ts';

export const monitoring: readonly StatusCriteria[] = [
  {
    groups: ['monitoring.coreos.com'],
    kinds: ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'],
    suspended: [field('spec.paused', true)],
    current: [
      isTrue('Reconciled'),
      isTrue('Available'),
      // Available stays True while pods of the previous version serve.
      atLeast('status.updatedReplicas', 'status.replicas'),
      atLeast('status.availableReplicas', 'status.replicas'),
    ],
    reportsError: [isFalse('Reconciled')],
    counts: ['status.availableReplicas', 'status.replicas'],
  },
  {
    groups: ['monitoring.coreos.com'],
    kinds: ['ServiceMonitor', 'PodMonitor', 'Probe', 'PrometheusRule', 'AlertmanagerConfig', 'ScrapeConfig'],
    current: [],
  },
  {
    groups: ['operator.victoriametrics.com'],
    kinds: ['VMCluster', 'VMSingle', 'VMAgent', 'VMAlert', 'VMAlertmanager', 'VMAuth'],
    suspended: [field('status.updateStatus', 'paused')],
    current: [any(field('status.updateStatus', 'operational'), field('status.clusterStatus', 'operational'))],
    reportsError: [field('status.updateStatus', 'failed'), field('status.clusterStatus', 'failed')],
    message: 'status.reason',
  },
  {
    groups: ['grafana.integreatly.org'],
    kinds: ['GrafanaDashboard'],
    current: [isTrue('DashboardSynchronized')],
    reportsError: [isFalse('DashboardSynchronized')],
  },
];
