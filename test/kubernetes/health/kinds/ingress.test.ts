import { table } from '../table.ts';

table('networking.k8s.io/v1', 'Ingress', [
  ['with an address', { status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } }, 'current', /address/],
  ['without', { status: { loadBalancer: {} } }, 'progressing', /not assigned an address/],
]);
