import { listAt, stringAt } from '../../../json/json.ts';
import type { KindRule } from '../rule/kind-rule.ts';

/** Only a LoadBalancer has to wait for something: its address. */
export const service: KindRule = {
  group: '',
  kind: 'Service',
  describe: { current: 'it exists; a LoadBalancer has an address, of its own or in `spec.externalIPs`' },
  judge(object) {
    if (stringAt(object, 'spec', 'type') !== 'LoadBalancer') return { status: 'current', message: 'exists' };
    // The nodes themselves serve such addresses. No load balancer need ever exist.
    if (listAt(object, 'spec', 'externalIPs').length > 0)
      return { status: 'current', message: 'is served at its external IPs' };
    return listAt(object, 'status', 'loadBalancer', 'ingress').length > 0
      ? { status: 'current', message: 'has an address' }
      : { status: 'progressing', message: 'the load balancer has no address yet' };
  },
};
