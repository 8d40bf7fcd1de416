import type { ServedType } from './model.ts';

interface Traits {
  readonly short?: readonly string[];
  readonly namespaced?: boolean;
  readonly status?: boolean;
  readonly counted?: boolean;
}

/** What a fresh cluster serves, as far as tests need it, and the custom kinds that GitOps controllers bring along. */
export const servedTypes: readonly ServedType[] = [
  served('', 'v1', 'Pod', 'pods', { short: ['po'], status: true }),
  served('', 'v1', 'Event', 'events', { short: ['ev'] }),
  served('', 'v1', 'ConfigMap', 'configmaps', { short: ['cm'] }),
  served('', 'v1', 'Secret', 'secrets'),
  served('', 'v1', 'Service', 'services', { short: ['svc'], status: true }),
  served('', 'v1', 'ServiceAccount', 'serviceaccounts', { short: ['sa'] }),
  served('', 'v1', 'ResourceQuota', 'resourcequotas', { short: ['quota'], status: true }),
  served('', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims', { short: ['pvc'], status: true }),
  served('', 'v1', 'Namespace', 'namespaces', { short: ['ns'], namespaced: false, status: true }),
  served('', 'v1', 'Node', 'nodes', { short: ['no'], namespaced: false, status: true }),
  served('apps', 'v1', 'Deployment', 'deployments', { short: ['deploy'], status: true, counted: true }),
  served('apps', 'v1', 'ReplicaSet', 'replicasets', { short: ['rs'], status: true, counted: true }),
  served('apps', 'v1', 'StatefulSet', 'statefulsets', { short: ['sts'], status: true, counted: true }),
  served('apps', 'v1', 'DaemonSet', 'daemonsets', { short: ['ds'], status: true, counted: true }),
  served('apps', 'v1', 'ControllerRevision', 'controllerrevisions'),
  served('batch', 'v1', 'Job', 'jobs', { status: true, counted: true }),
  served('batch', 'v1', 'CronJob', 'cronjobs', { short: ['cj'], status: true, counted: true }),
  served('networking.k8s.io', 'v1', 'Ingress', 'ingresses', { short: ['ing'], status: true, counted: true }),
  served('argoproj.io', 'v1alpha1', 'Application', 'applications', { short: ['app', 'apps'], counted: true }),
  served('argoproj.io', 'v1alpha1', 'Rollout', 'rollouts', { short: ['ro'], status: true, counted: true }),
  served('kustomize.toolkit.fluxcd.io', 'v1', 'Kustomization', 'kustomizations', {
    short: ['ks'],
    status: true,
    counted: true,
  }),
  served('helm.toolkit.fluxcd.io', 'v2', 'HelmRelease', 'helmreleases', { short: ['hr'], status: true, counted: true }),
  served('source.toolkit.fluxcd.io', 'v1', 'GitRepository', 'gitrepositories', {
    short: ['gitrepo'],
    status: true,
    counted: true,
  }),
];

/** A kind to serve: for tests that bring a custom resource. */
export function served(group: string, version: string, kind: string, plural: string, traits: Traits = {}): ServedType {
  const { short = [], namespaced = true, status = false, counted = false } = traits;
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: short,
    namespaced,
    statusSubresource: status,
    counted,
  };
}
