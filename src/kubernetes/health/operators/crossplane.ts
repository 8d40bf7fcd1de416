import type { StatusTable } from '../rule/status-table.ts';
import { any, no, yes } from '../rule/status-test.ts';

const groups = ['*.crossplane.io', '*.upbound.io'];

/** Composite resources and claims are in groups of the user's own: the conventions (Synced, then Ready) read them. */
export const crossplane: readonly StatusTable[] = [
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
    current: [yes('Installed'), yes('Healthy')],
  },
  {
    groups: ['pkg.crossplane.io'],
    kinds: ['ProviderRevision', 'ConfigurationRevision', 'FunctionRevision'],
    current: [any(yes('Healthy'), yes('RevisionHealthy'))],
  },
  { groups: ['apiextensions.crossplane.io'], kinds: ['CompositeResourceDefinition'], current: [yes('Established')] },
  {
    groups,
    suspended: [no('Synced', 'ReconcilePaused')],
    current: [yes('Synced'), yes('Ready')],
    troubled: [no('Synced'), no('LastAsyncOperation')],
  },
];
