import { listAt, stringAt } from '../../../json/json.ts';
import type { KindRule } from '../rule/kind-rule.ts';

/** Reasons of Admitted=False that a router doesn't revoke by itself. */
const REFUSALS = ['HostAlreadyClaimed', 'ExtendedValidationFailed', 'InvalidHost', 'NoHostValue', 'RouteNotAdmitted'];

/** A Route of OpenShift: every router that has seen it must have admitted it. */
export const openshiftRoute: KindRule = {
  group: 'route.openshift.io',
  kind: 'Route',
  describe: {
    current: 'each of `status.ingress`: `Admitted`',
    failed: `a router refuses it: \`Admitted\` is False with reason ${REFUSALS.map((each) => `\`${each}\``).join(' / ')} (\`reports-error\`)`,
  },
  judge(object) {
    const routers = listAt(object, 'status', 'ingress').map((router) => ({
      name: stringAt(router, 'routerName') ?? 'a router',
      admitted: listAt(router, 'conditions').find((each) => stringAt(each, 'type') === 'Admitted'),
    }));
    if (routers.length === 0) return { status: 'progressing', message: 'no router has admitted it yet' };
    const refusing = routers.find(({ admitted }) => stringAt(admitted, 'status') !== 'True');
    if (!refusing) return { status: 'current', message: 'ready' };
    const { name, admitted } = refusing;
    const reason = stringAt(admitted, 'reason') ?? '';
    const why = [reason, stringAt(admitted, 'message')].filter(Boolean).join(': ');
    const message = `not each of its routers has admitted it: ${[name, why].filter(Boolean).join(': ')}`;
    return REFUSALS.includes(reason)
      ? { status: 'failed', cause: 'reports-error', message }
      : { status: 'progressing', message };
  },
};
