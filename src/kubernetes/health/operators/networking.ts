import type { StatusCriteria } from '../rule/status-criteria.ts';
import { any, field, isFalse, isTrue, not } from '../rule/status-test.ts';

/** Networking without Gateway API, which has rules in code (../kinds/gateway-api.ts). */
export const networking: readonly StatusCriteria[] = [
  {
    // istiod writes a status only if it is configured to.
    groups: ['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io'],
    current: [not(isFalse('Reconciled'))],
  },
  {
    groups: ['install.istio.io'],
    kinds: ['IstioOperator'],
    current: [field('status.status', 'HEALTHY', 3)],
    degraded: [field('status.status', 'ERROR', 4)],
  },
  {
    groups: ['sailoperator.io'],
    kinds: ['Istio', 'IstioRevision', 'IstioCNI', 'ZTunnel'],
    current: [isTrue('Reconciled'), isTrue('Ready')],
    reportsError: [isFalse('Reconciled')],
  },
  { groups: ['traefik.io', 'traefik.containo.us'], current: [] },
  { groups: ['crd.projectcalico.org', 'projectcalico.org'], current: [] },
  {
    groups: ['projectcontour.io'],
    kinds: ['HTTPProxy'],
    current: [field('status.currentStatus', 'valid'), any(isTrue('Valid'), not(field('status.conditions')))],
    reportsError: [field('status.currentStatus', 'invalid', 'orphaned')],
    message: 'status.description',
  },
];
