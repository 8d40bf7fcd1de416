import { condition, type Examples } from './examples.ts';

const synced = condition('Ready', 'True', 'SecretSynced', 'secret synced');
const unsynced = condition('Ready', 'False', 'SecretSyncedError', 'could not get secret data from provider');

export const secrets: Examples = {
  'external-secrets.io/v1 ExternalSecret': [
    ['synced', { status: { conditions: [synced], syncedResourceVersion: '2-5b8f0a' } }, 'current', /ready/],
    [
      'synced as it was before the change',
      { status: { conditions: [synced], syncedResourceVersion: '1-5b8f0a' } },
      'progressing',
      /not seen the change/,
    ],
    [
      'synced once and for all',
      {
        spec: { refreshPolicy: 'CreatedOnce' },
        status: { conditions: [synced], syncedResourceVersion: '1-5b8f0a' },
      },
      'current',
      /ready/,
    ],
    ['not synced', { status: { conditions: [unsynced] } }, 'failed', /could not get secret data/],
  ],
  'external-secrets.io/v1alpha1 PushSecret': [
    ['pushed', { status: { conditions: [synced], syncedResourceVersion: '2-11' } }, 'current', /ready/],
    ['new', {}, 'progressing', /status/],
    [
      'not pushed',
      { status: { conditions: [condition('Ready', 'False', 'Errored', 'set secret failed')] } },
      'failed',
      /Errored: set secret failed/,
    ],
  ],
  'external-secrets.io/v1 SecretStore': [
    ['valid', { status: { conditions: [condition('Ready', 'True', 'Valid', 'store validated')] } }, 'current', /ready/],
    ['new', {}, 'progressing', /status/],
    [
      'without permissions',
      { status: { conditions: [condition('Ready', 'False', 'InvalidProviderConfig', 'unable to log in')] } },
      'failed',
      /unable to log in/,
    ],
  ],
  'external-secrets.io/v1 ClusterExternalSecret': [
    ['in every namespace', { status: { conditions: [condition('Ready', 'True')] } }, 'current', /ready/],
    ['new', { status: {} }, 'progressing', /status/],
    [
      'in some namespaces',
      { status: { conditions: [condition('PartiallyReady', 'True', '', 'one or more namespaces failed')] } },
      'failed',
      /namespaces failed/,
    ],
  ],
  'bitnami.com/v1alpha1 SealedSecret': [
    ['unsealed', { status: { observedGeneration: 2, conditions: [condition('Synced', 'True')] } }, 'current', /ready/],
    [
      'unsealed before the change',
      { status: { observedGeneration: 1, conditions: [condition('Synced', 'True')] } },
      'progressing',
      /not seen/,
    ],
    [
      'sealed for another cluster',
      {
        status: {
          observedGeneration: 2,
          conditions: [condition('Synced', 'False', '', 'no key could decrypt secret')],
        },
      },
      'failed',
      /no key could decrypt/,
    ],
  ],
};
