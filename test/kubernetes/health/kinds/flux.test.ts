import { condition, conditionStatus, table } from '../table.ts';

table('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', [
  ['ready', conditionStatus(condition('Ready', 'True', 'ReconciliationSucceeded')), 'current', /ready/],
  ['suspended', { spec: { suspend: true } }, 'suspended', /suspended/],
  ['new', {}, 'progressing', /not yet reconciled/],
  [
    'waits for another',
    conditionStatus(condition('Ready', 'False', 'DependencyNotReady', 'dep')),
    'progressing',
    /dep/,
  ],
  [
    'failed',
    conditionStatus(condition('Ready', 'False', 'BuildFailed', 'no kustomization.yaml')),
    'failed',
    /no kustomization/,
  ],
  [
    'stalled',
    { status: { observedGeneration: 2, conditions: [condition('Stalled', 'True', 'Invalid', 'path')] } },
    'failed',
    /Invalid: path/,
  ],
]);

for (const [group, kind] of [
  ['image', 'ImageRepository'],
  ['image', 'ImagePolicy'],
  ['image', 'ImageUpdateAutomation'],
  ['notification', 'Receiver'],
  ['source', 'ExternalArtifact'],
] as const)
  table(`${group}.toolkit.fluxcd.io/v1`, kind, [
    ['ready', conditionStatus(condition('Ready', 'True', 'Succeeded')), 'current', /ready/],
    ['new', {}, 'progressing', /not yet reconciled/],
    ['suspended', { spec: { suspend: true } }, 'suspended', /suspended/],
  ]);

table('source.toolkit.fluxcd.io/v1', 'HelmRepository', [
  ['of an OCI registry, of which Flux writes no status', { spec: { type: 'oci' } }, 'current', /OCI/],
  ['of a server that Flux has not asked yet', { spec: { type: 'default' } }, 'progressing', /not yet reconciled/],
]);
