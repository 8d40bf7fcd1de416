import type { StatusTable } from '../rule/status-table.ts';
import { each, field, never, no, yes } from '../rule/status-test.ts';

/** Gateway API has rules of its own (gateway-api.ts). */
export const networking: readonly StatusTable[] = [
  {
    // Only an istiod that is told to writes a status here.
    groups: ['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io'],
    current: [never(no('Reconciled'))],
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
    current: [yes('Reconciled'), yes('Ready')],
    troubled: [no('Reconciled')],
  },
  { groups: ['traefik.io', 'traefik.containo.us'], current: [] },
  { groups: ['crd.projectcalico.org', 'projectcalico.org'], current: [] },
  {
    groups: ['projectcontour.io'],
    kinds: ['HTTPProxy'],
    current: [field('status.currentStatus', 'valid')],
    troubled: [field('status.currentStatus', 'invalid', 'orphaned')],
    says: 'status.description',
  },
  {
    groups: ['route.openshift.io'],
    kinds: ['Route'],
    once: true,
    current: [each('status.ingress', yes('Admitted'))],
  },
];
