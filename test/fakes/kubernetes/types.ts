import type { ServedType } from './model.ts';

interface Traits {
  readonly short?: readonly string[];
  readonly namespaced?: boolean;
  readonly status?: boolean;
  readonly hasGeneration?: boolean;
}

/** The kinds of a new cluster that tests need, and the custom kinds of GitOps controllers. */
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
  served('apps', 'v1', 'Deployment', 'deployments', { short: ['deploy'], status: true, hasGeneration: true }),
  served('apps', 'v1', 'ReplicaSet', 'replicasets', { short: ['rs'], status: true, hasGeneration: true }),
  served('apps', 'v1', 'StatefulSet', 'statefulsets', { short: ['sts'], status: true, hasGeneration: true }),
  served('apps', 'v1', 'DaemonSet', 'daemonsets', { short: ['ds'], status: true, hasGeneration: true }),
  served('apps', 'v1', 'ControllerRevision', 'controllerrevisions'),
  served('batch', 'v1', 'Job', 'jobs', { status: true, hasGeneration: true }),
  served('batch', 'v1', 'CronJob', 'cronjobs', { short: ['cj'], status: true, hasGeneration: true }),
  served('networking.k8s.io', 'v1', 'Ingress', 'ingresses', { short: ['ing'], status: true, hasGeneration: true }),
  served('argoproj.io', 'v1alpha1', 'Application', 'applications', { short: ['app', 'apps'], hasGeneration: true }),
  served('argoproj.io', 'v1alpha1', 'Rollout', 'rollouts', { short: ['ro'], status: true, hasGeneration: true }),
  served('kustomize.toolkit.fluxcd.io', 'v1', 'Kustomization', 'kustomizations', {
    short: ['ks'],
    status: true,
    hasGeneration: true,
  }),
  served('helm.toolkit.fluxcd.io', 'v2', 'HelmRelease', 'helmreleases', {
    short: ['hr'],
    status: true,
    hasGeneration: true,
  }),
  served('source.toolkit.fluxcd.io', 'v1', 'GitRepository', 'gitrepositories', {
    short: ['gitrepo'],
    status: true,
    hasGeneration: true,
  }),
];

/** A kind to serve. Tests may add their own. */
export function served(group: string, version: string, kind: string, plural: string, traits: Traits = {}): ServedType {
  const { short = [], namespaced = true, status = false, hasGeneration = false } = traits;
  return {
    group,
    version,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: short,
    namespaced,
    statusSubresource: status,
    hasGeneration,
  };
}
