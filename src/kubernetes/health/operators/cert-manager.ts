import type { StatusCriteria } from '../rule/status-criteria.ts';
import { field, isFalse, isTrue, not } from '../rule/status-test.ts';

export const certManager: readonly StatusCriteria[] = [
  {
    groups: ['cert-manager.io'],
    kinds: ['Certificate'],
    current: [isTrue('Ready'), not(isTrue('Issuing'))],
    degraded: [isFalse('Issuing', 'Failed', 'Denied', 'InvalidRequest')],
  },
  {
    groups: ['cert-manager.io'],
    kinds: ['CertificateRequest'],
    runsOnce: true,
    current: [isTrue('Ready')],
    failed: [isTrue('Denied'), isTrue('InvalidRequest'), isFalse('Ready', 'Failed', 'Denied')],
  },
  {
    groups: ['cert-manager.io'],
    kinds: ['Issuer', 'ClusterIssuer'],
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready')],
  },
  {
    // Its name until version 0.11.
    groups: ['certmanager.k8s.io'],
    conventions: true,
    current: [isTrue('Ready')],
    reportsError: [isFalse('Ready', 'ErrRegisterACMEAccount', 'ErrVerifyACMEAccount')],
  },
  {
    groups: ['acme.cert-manager.io'],
    kinds: ['Order', 'Challenge'],
    runsOnce: true,
    current: [field('status.state', 'valid')],
    failed: [field('status.state', 'invalid', 'expired', 'errored')],
    message: 'status.reason',
  },
  {
    groups: ['trust.cert-manager.io'],
    kinds: ['Bundle'],
    current: [isTrue('Synced')],
    reportsError: [isFalse('Synced')],
  },
];
