import type { StatusTable } from '../rule/status-table.ts';
import { field, no, yes } from '../rule/status-test.ts';

/** External Secrets writes the generation at the beginning of syncedResourceVersion (`3-5b8f…`). */
const generation = 'status.syncedResourceVersion';

export const secrets: readonly StatusTable[] = [
  {
    groups: ['external-secrets.io'],
    kinds: ['ExternalSecret'],
    generation,
    // It is never synced again, whatever changes.
    once: field('spec.refreshPolicy', 'CreatedOnce'),
    current: [yes('Ready')],
    troubled: [no('Ready')],
  },
  {
    groups: ['external-secrets.io'],
    kinds: ['PushSecret'],
    generation,
    current: [yes('Ready')],
    troubled: [no('Ready')],
  },
  {
    groups: ['external-secrets.io'],
    kinds: ['SecretStore', 'ClusterSecretStore'],
    current: [yes('Ready')],
    troubled: [no('Ready')],
  },
  {
    groups: ['external-secrets.io'],
    kinds: ['ClusterExternalSecret', 'ClusterPushSecret'],
    current: [yes('Ready')],
    troubled: [no('Ready'), yes('NotReady'), yes('PartiallyReady')],
  },
  { groups: ['generators.external-secrets.io'], current: [] },
  { groups: ['bitnami.com'], kinds: ['SealedSecret'], current: [yes('Synced')], troubled: [no('Synced')] },
];
