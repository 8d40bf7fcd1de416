import { listAt } from '../../../json/json.ts';
import type { KindRule } from '../rule/kind-rule.ts';

export const ingress: KindRule = {
  group: 'networking.k8s.io',
  kind: 'Ingress',
  describe: { current: 'it has an address' },
  judge: (object) =>
    listAt(object, 'status', 'loadBalancer', 'ingress').length > 0
      ? { status: 'current', message: 'has an address' }
      : { status: 'progressing', message: 'its controller has not assigned an address yet' },
};
