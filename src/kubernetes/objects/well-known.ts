import type { ResourceType } from './resource-type.ts';

/** Kinds that have the same address in every cluster that serves them, so they need no discovery. */
export const wellKnown = {
  pods: core('Pod', 'pods', 'po'),
  events: core('Event', 'events', 'ev'),
  services: core('Service', 'services', 'svc'),
  persistentVolumeClaims: core('PersistentVolumeClaim', 'persistentvolumeclaims', 'pvc'),
  replicationControllers: core('ReplicationController', 'replicationcontrollers', 'rc'),
  deployments: type('apps', 'v1', 'Deployment', 'deployments', 'deploy'),
  replicaSets: type('apps', 'v1', 'ReplicaSet', 'replicasets', 'rs'),
  statefulSets: type('apps', 'v1', 'StatefulSet', 'statefulsets', 'sts'),
  daemonSets: type('apps', 'v1', 'DaemonSet', 'daemonsets', 'ds'),
  controllerRevisions: type('apps', 'v1', 'ControllerRevision', 'controllerrevisions'),
  jobs: type('batch', 'v1', 'Job', 'jobs'),
  cronJobs: type('batch', 'v1', 'CronJob', 'cronjobs', 'cj'),
  ingresses: type('networking.k8s.io', 'v1', 'Ingress', 'ingresses', 'ing'),
  horizontalPodAutoscalers: type('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'hpa'),
  podDisruptionBudgets: type('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets', 'pdb'),
  applications: type('argoproj.io', 'v1alpha1', 'Application', 'applications', 'app', 'apps'),
  rollouts: type('argoproj.io', 'v1alpha1', 'Rollout', 'rollouts', 'ro'),
} as const;

export const wellKnownTypes: readonly ResourceType[] = Object.values(wellKnown);

function core(kind: string, plural: string, ...shortNames: string[]): ResourceType {
  return type('', 'v1', kind, plural, ...shortNames);
}

function type(group: string, version: string, kind: string, plural: string, ...shortNames: string[]): ResourceType {
  return { group, version, kind, plural, namespaced: true, shortNames };
}
