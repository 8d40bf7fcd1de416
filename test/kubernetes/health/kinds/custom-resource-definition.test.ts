import { condition, table } from '../table.ts';

table('apiextensions.k8s.io/v1', 'CustomResourceDefinition', [
  [
    'established',
    { status: { conditions: [condition('NamesAccepted', 'True'), condition('Established', 'True')] } },
    'current',
    /established/,
  ],
  ['new', {}, 'progressing', /not yet established/],
  [
    'of names that are taken',
    { status: { conditions: [condition('NamesAccepted', 'False', 'PluralConflict', '"shops" is already in use')] } },
    'failed',
    /already in use/,
  ],
]);
