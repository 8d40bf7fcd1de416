import { at, isObject, listAt, stringAt } from '../../../json/json.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import type { HealthVerdict, KindRule, RuleDescription } from '../rule/kind-rule.ts';
import { ruleFromCriteria } from '../rule/status-criteria.ts';
import {
  any,
  conditionIn,
  each,
  field,
  isFalse,
  isStale,
  isTrue,
  not,
  some,
  type TestScope,
} from '../rule/status-test.ts';

const group = 'gateway.networking.k8s.io';
const UNSEEN = 'the controller has not seen the change yet';

/** A Gateway serves once the Gateway and each of its listeners is accepted and programmed. */
const gateway: KindRule = {
  group,
  kind: 'Gateway',
  describe: {
    current: '`Accepted`, `Programmed`, and each listener `Programmed` with its references resolved',
    failed:
      '`Accepted` of it or of a listener is False, and not `Pending`; `Programmed` is False with reason `Invalid` (`reports-error`)',
  },
  ...ruleFromCriteria({
    groups: [group],
    current: [
      isTrue('Accepted'),
      isTrue('Programmed'),
      not(isFalse('ResolvedRefs')),
      any(
        not(field('status.listeners')),
        each('status.listeners', not(isFalse('Accepted')), not(isFalse('ResolvedRefs')), isTrue('Programmed')),
      ),
    ],
    reportsError: [
      { ...isFalse('Accepted'), except: ['Pending'] },
      isFalse('Programmed', 'Invalid'),
      some('status.listeners', { ...isFalse('Accepted'), except: ['Pending'] }),
    ],
  }),
};

const gatewayClass: KindRule = {
  group,
  kind: 'GatewayClass',
  describe: { current: '`Accepted`', failed: '`Accepted` is False, and not `Pending` (`reports-error`)' },
  ...ruleFromCriteria({
    groups: [group],
    current: [isTrue('Accepted')],
    reportsError: [{ ...isFalse('Accepted'), except: ['Pending'] }],
  }),
};

/** A route is current once every parent has accepted its current generation and resolved its backends. (Argo CD accepts the first parent.) */
function route(kind: string): KindRule {
  return { group, kind, describe: routeDescription, judge: judgeRoute };
}

const routeDescription: RuleDescription = {
  current:
    'every parent in `spec.parentRefs` reports `Accepted` and `ResolvedRefs` for this generation (without a parent: it exists)',
  failed: '`Accepted` or `ResolvedRefs` of a parent is False, and not `Pending` (`reports-error`)',
};

function judgeRoute(object: KubernetesObject): HealthVerdict {
  const parents = listAt(object, 'spec', 'parentRefs');
  const counts = { total: parents.length };
  let ready = 0;
  let missing: HealthVerdict | undefined;
  for (const parent of parents) {
    const verdict = judgeParent(object, parent);
    if (verdict.status === 'failed') return verdict;
    if (verdict.status === 'current') ready += 1;
    else missing ??= verdict;
  }
  if (missing) return { ...missing, ...counts, ready };
  const message =
    parents.length === 0 ? 'names no parent' : `accepted by ${ready === 1 ? 'its parent' : 'all parents'}`;
  return { status: 'current', message, ...counts, ready };
}

function judgeParent(object: KubernetesObject, parent: unknown): HealthVerdict {
  const name = stringAt(parent, 'name') ?? '';
  const reports = listAt(object, 'status', 'parents').filter((each) =>
    isSame(parent, at(each, 'parentRef'), object.metadata.namespace),
  );
  if (reports.length === 0) return { status: 'progressing', message: `parent ${name} has not reported yet` };
  for (const each of reports) {
    const conditions = listAt(each, 'conditions');
    const scope: TestScope = { value: each, conditions, generation: object.metadata.generation ?? 0 };
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const condition = conditionIn(scope, type);
      if (condition === undefined || isStale(condition, scope))
        return {
          status: 'progressing',
          message: condition === undefined ? `parent ${name}: ${type} is not reported yet` : UNSEEN,
        };
      const message = `parent ${name}: ${stringAt(condition, 'reason') ?? type}: ${stringAt(condition, 'message') ?? ''}`;
      const status = stringAt(condition, 'status');
      if (status === 'False' && stringAt(condition, 'reason') !== 'Pending')
        return { status: 'failed', cause: 'reports-error', message };
      if (status !== 'True') return { status: 'progressing', message };
    }
    const programmed = conditionIn(scope, 'Programmed');
    if (stringAt(programmed, 'status') === 'False')
      return {
        status: 'progressing',
        message: `parent ${name}: ${stringAt(programmed, 'message') ?? 'not programmed'}`,
      };
  }
  return { status: 'current', message: 'accepted' };
}

/** Whether two parent references name the same parent. A missing field has its default. */
function isSame(wanted: unknown, found: unknown, namespace: string): boolean {
  if (!isObject(found)) return false;
  const key = (reference: unknown) =>
    JSON.stringify([
      stringAt(reference, 'group') ?? group,
      stringAt(reference, 'kind') ?? 'Gateway',
      stringAt(reference, 'namespace') ?? namespace,
      stringAt(reference, 'name'),
      stringAt(reference, 'sectionName') ?? '',
      at(reference, 'port') ?? 0,
    ]);
  return key(wanted) === key(found);
}

export const gatewayApiRules: readonly KindRule[] = [
  gateway,
  gatewayClass,
  ...['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map(route),
];
