import type { StatusTable } from '../rule/status-table.ts';
import { field, never, no, yes } from '../rule/status-test.ts';

export const certManager: readonly StatusTable[] = [
  {
    groups: ['cert-manager.io'],
    kinds: ['Certificate'],
    current: [yes('Ready'), never(yes('Issuing'))],
    degraded: [no('Issuing', 'Failed', 'Denied', 'InvalidRequest')],
  },
  {
    groups: ['cert-manager.io'],
    kinds: ['CertificateRequest'],
    once: true,
    current: [yes('Ready')],
    failed: [yes('Denied'), yes('InvalidRequest'), no('Ready', 'Failed', 'Denied')],
  },
  {
    groups: ['cert-manager.io'],
    kinds: ['Issuer', 'ClusterIssuer'],
    current: [yes('Ready')],
    troubled: [no('Ready')],
  },
  {
    groups: ['acme.cert-manager.io'],
    kinds: ['Order', 'Challenge'],
    once: true,
    current: [field('status.state', 'valid')],
    failed: [field('status.state', 'invalid', 'expired', 'errored')],
    says: 'status.reason',
  },
  {
    groups: ['trust.cert-manager.io'],
    kinds: ['Bundle'],
    current: [yes('Synced')],
    troubled: [no('Synced')],
  },
];
