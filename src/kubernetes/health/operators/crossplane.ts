import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, isFalse, isTrue } from '../rule/status-test.ts';

const groups = ['*.crossplane.io', '*.upbound.io'];

/** Crossplane. Composite resources and claims are in the user's own groups, so the conventions (Synced, then Ready) apply to them. */
export const crossplane: readonly StatusCriteria[] = [
  {
    groups,
    kinds: [
      'ProviderConfig',
      'ClusterProviderConfig',
      'ProviderConfigUsage',
      'StoreConfig',
      'DeploymentRuntimeConfig',
      'ControllerConfig',
      'Composition',
      'CompositionRevision',
      'EnvironmentConfig',
      'ImageConfig',
    ],
    current: [],
  },
  {
    groups: ['pkg.crossplane.io'],
    kinds: ['Provider', 'Configuration', 'Function'],
    current: [isTrue('Installed'), isTrue('Healthy')],
  },
  {
    groups: ['pkg.crossplane.io'],
    kinds: ['ProviderRevision', 'ConfigurationRevision', 'FunctionRevision'],
    current: [any(isTrue('Healthy'), isTrue('RevisionHealthy'))],
  },
  { groups: ['apiextensions.crossplane.io'], kinds: ['CompositeResourceDefinition'], current: [isTrue('Established')] },
  {
    groups,
    suspended: [isFalse('Synced', 'ReconcilePaused')],
    current: [isTrue('Synced'), isTrue('Ready')],
    reportsError: [isFalse('Synced'), isFalse('LastAsyncOperation')],
  },
];
