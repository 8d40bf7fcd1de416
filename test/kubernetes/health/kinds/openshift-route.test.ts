import { condition, table } from '../table.ts';

const admitted = { routerName: 'default', conditions: [condition('Admitted', 'True')] };
const refused = (reason: string, message: string) => ({
  routerName: 'internal',
  conditions: [condition('Admitted', 'False', reason, message)],
});

table('route.openshift.io/v1', 'Route', [
  ['admitted by each router', { status: { ingress: [admitted, admitted] } }, 'current', /ready/],
  ['seen by no router yet', {}, 'progressing', /no router has admitted it yet/],
  ['not yet admitted by one router', { status: { ingress: [admitted, refused('', '')] } }, 'progressing', /not each/],
  [
    'for a host that another Route has',
    { status: { ingress: [refused('HostAlreadyClaimed', 'route shop-old already exposes shop.example')] } },
    'failed',
    /internal: HostAlreadyClaimed: route shop-old already exposes shop\.example/,
  ],
]);
