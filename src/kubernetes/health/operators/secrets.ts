import type { StatusCriteria } from '../rule/status-criteria.ts';
import { field, isFalse, isTrue } from '../rule/status-test.ts';

/** External Secrets writes the generation at the beginning of syncedResourceVersion (`3-5b8f…`). */
const generation = 'status.syncedResourceVersion';

export const secrets: readonly StatusCriteria[] = [
  {
    groups: ['external-secrets.io'],
    kinds: ['ExternalSecret'],
    generation,
    // It is synced only once, even if it changes.
    runsOnce: field('spec.refreshPolicy', 'CreatedOnce'),
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
  {
    groups: ['external-secrets.io'],
    kinds: ['PushSecret'],
    generation,
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
  {
    groups: ['external-secrets.io'],
    kinds: ['SecretStore', 'ClusterSecretStore'],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
  {
    groups: ['external-secrets.io'],
    kinds: ['ClusterExternalSecret', 'ClusterPushSecret'],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready'), isTrue('NotReady'), isTrue('PartiallyReady')],
  },
  { groups: ['kubernetes-client.io'], kinds: ['ExternalSecret'], conventions: true, current: [] },
  { groups: ['generators.external-secrets.io'], current: [] },
  { groups: ['bitnami.com'], kinds: ['SealedSecret'], current: [isTrue('Synced')], reportsError: [isFalse('Synced')] },
];
