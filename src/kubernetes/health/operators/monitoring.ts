import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, atLeast, field, isFalse, isTrue, not } from '../rule/status-test.ts';

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
    kinds: ['Grafana'],
    current: [field('status.stage', 'complete'), field('status.stageStatus', 'success')],
    reportsError: [field('status.stageStatus', 'failed')],
    message: 'status.lastMessage',
  },
  {
    groups: ['grafana.integreatly.org'],
    kinds: ['GrafanaDatasource'],
    conventions: true,
    current: [not(field('status.uid', '')), not(field('status.NoMatchingInstances', true))],
    reportsError: [field('status.NoMatchingInstances', true)],
  },
  {
    groups: ['grafana.integreatly.org'],
    kinds: ['GrafanaFolder'],
    conventions: true,
    current: [isTrue('FolderSynchronized')],
  },
  {
    groups: ['opentelemetry.io'],
    kinds: ['OpenTelemetryCollector'],
    conventions: true,
    current: [any(field('status.scale.statusReplicas'), field('spec.mode', 'sidecar'))],
  },
  { groups: ['jaegertracing.io'], kinds: ['Jaeger'], conventions: true, current: [field('status.phase', 'Running')] },
  {
    groups: ['kiali.io'],
    kinds: ['Kiali'],
    conventions: true,
    current: [isTrue('Running', 'Successful')],
  },
  {
    groups: ['coralogix.com', 'grafana-org-operator.kubitus-project.gitlab.io'],
    conventions: true,
    current: [],
  },
  {
    groups: ['datadoghq.com'],
    kinds: ['DatadogMetric'],
    current: [isTrue('Active'), not(isFalse('Valid')), not(isTrue('Error'))],
    reportsError: [isTrue('Error'), isFalse('Valid')],
  },
  {
    groups: ['grafana.integreatly.org'],
    kinds: ['GrafanaDashboard'],
    current: [isTrue('DashboardSynchronized')],
    reportsError: [isFalse('DashboardSynchronized')],
  },
];
