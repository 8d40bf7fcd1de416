import { table } from '../table.ts';

table('v1', 'Service', [
  ['of the cluster', { spec: { type: 'ClusterIP' } }, 'current', /exists/],
  ['without its address', { spec: { type: 'LoadBalancer' } }, 'progressing', /no address/],
  [
    'with its address',
    { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } },
    'current',
    /address/,
  ],
]);
