import { listAt } from '../../../json/json.ts';
import type { KindRule } from '../rule/kind-rule.ts';

export const ingress: KindRule = {
  group: 'networking.k8s.io',
  kind: 'Ingress',
  judge: (object) =>
    listAt(object, 'status', 'loadBalancer', 'ingress').length > 0
      ? { status: 'current', message: 'has an address' }
      : { status: 'progressing', message: 'its controller has given it no address yet' },
};
