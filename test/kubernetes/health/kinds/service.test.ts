import { table } from '../table.ts';

table('v1', 'Service', [
  ['of the cluster', { spec: { type: 'ClusterIP' } }, 'current', /exists/],
  ['without its address', { spec: { type: 'LoadBalancer' } }, 'progressing', /no address/],
  [
    'served at external IPs, without a load balancer',
    { spec: { type: 'LoadBalancer', externalIPs: ['192.0.2.7'] } },
    'current',
    /external IPs/,
  ],
  [
    'with its address',
    { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } },
    'current',
    /address/,
  ],
]);
