import { at, isObject, listAt, numberAt } from '../../../json/json.ts';
import type { StatusCauseId } from '../../failures/causes.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import { byConditions, isBlank } from './by-conditions.ts';
import { type DescribedPods, workloadOf } from './described-pods.ts';
import type { HealthRule, HealthVerdict } from './kind-rule.ts';
import {
  conditionIn,
  type FieldPath,
  isStale,
  keysOf,
  passes,
  requiredCount,
  type StatusTest,
  type TestScope,
} from './status-test.ts';

/** What the status of some kinds must look like, as data. If several lists of tests apply, the first in this order decides. */
export interface StatusCriteria {
  /** API groups; `*.example.org` matches all its subdomains. */
  readonly groups: readonly string[];
  /** Without kinds: all kinds of the groups. */
  readonly kinds?: readonly string[];
  /** Somebody stopped it: any of these. */
  readonly suspended?: readonly StatusTest[];
  /** All of these. Without tests it is current once it exists. */
  readonly current: readonly StatusTest[];
  /** The conventions for any other kind hold besides, and its controller is known to write a status. */
  readonly conventions?: true;
  /** It waits for a person: any of these. */
  readonly paused?: readonly StatusTest[];
  /** Its controller has given up, or its only run has failed: any of these. */
  readonly failed?: readonly StatusTest[];
  /** Its controller reports it as broken and keeps checking it: any of these. */
  readonly degraded?: readonly StatusTest[];
  /** Its controller reports an error and retries: any of these. */
  readonly reportsError?: readonly StatusTest[];
  /** It runs once, so its status can't describe an earlier generation. A test limits this to the objects that pass it. */
  readonly runsOnce?: true | StatusTest;
  /** Field with the observed generation (a number, or text that begins with one), if it is neither `status.observedGeneration` nor in the conditions. */
  readonly generation?: FieldPath;
  /** Fields with the number of ready instances and of all instances. */
  readonly counts?: readonly [ready: FieldPath, total: FieldPath];
  /** Which pods are its own, if it runs any: they are checked besides the status. */
  readonly pods?: DescribedPods;
  /** Field with the reason for the status. */
  readonly message?: FieldPath;
}

export function ruleFromCriteria(criteria: StatusCriteria): Omit<HealthRule, 'group' | 'kind'> {
  return {
    judge: (object) => ({ ...verdictOf(criteria, object), ...countsOf(criteria, object) }),
    ...(criteria.pods ? { workload: workloadOf(criteria.pods) } : {}),
  };
}

function verdictOf(criteria: StatusCriteria, object: KubernetesObject): HealthVerdict {
  const scope: TestScope = {
    value: object,
    conditions: listAt(object, 'status', 'conditions'),
    generation: object.metadata.generation ?? 0,
  };
  const first = (tests: readonly StatusTest[] = []) => tests.find((test) => passes(test, scope));
  const messageOf = (test: StatusTest) => describe(test, criteria, scope);

  const suspended = first(criteria.suspended);
  if (suspended) return { status: 'suspended', message: messageOf(suspended) };
  const isOnce = criteria.runsOnce === true || (criteria.runsOnce !== undefined && passes(criteria.runsOnce, scope));
  const isUnreported = (hasStatusTests(criteria) || criteria.conventions) && isBlank(object['status']);
  const missing = criteria.current.find((test) => isUnreported || !passes(test, scope));
  const byConvention = criteria.conventions && !isUnreported ? byConditions(object) : undefined;
  if (!missing && !isUnreported && (byConvention === undefined || byConvention.status === 'current'))
    return byConvention ?? whenCurrent(criteria, scope, isOnce);
  const paused = first(criteria.paused);
  if (paused) return { status: 'paused', message: messageOf(paused) };
  const failures: readonly (readonly [StatusTest | undefined, StatusCauseId])[] = [
    [first(criteria.failed), criteria.runsOnce === true ? 'run-failed' : 'stalled'],
    [first(criteria.degraded), 'degraded'],
    [first(criteria.reportsError), 'reports-error'],
  ];
  for (const [test, cause] of failures) if (test) return { status: 'failed', cause, message: messageOf(test) };
  if (isUnreported) return { status: 'progressing', message: 'no controller has written its status yet' };
  if (byConvention !== undefined && byConvention.status !== 'current') return byConvention;
  return { status: 'progressing', message: missing ? messageOf(missing) : 'not ready' };
}

/** Whether there is a status to wait for. Otherwise the object is current once it exists. */
function hasStatusTests({ current }: StatusCriteria): boolean {
  return current.some((test) => !('not' in test));
}

function whenCurrent(criteria: StatusCriteria, scope: TestScope, isOnce: boolean): HealthVerdict {
  const ready: HealthVerdict = { status: 'current', message: hasStatusTests(criteria) ? 'ready' : 'exists' };
  if (isOnce || !hasStatusTests(criteria) || scope.generation <= 1) return ready;
  const observed = observedGeneration(criteria, scope);
  if (observed === undefined) return { ...ready, assumed: 'generation' };
  return observed < scope.generation
    ? { status: 'progressing', message: 'the controller has not seen the change yet' }
    : ready;
}

/** The generation that the status describes, if it says so. */
function observedGeneration(criteria: StatusCriteria, scope: TestScope): number | undefined {
  const stated = criteria.generation
    ? Number.parseInt(String(at(scope.value, ...keysOf(criteria.generation))), 10)
    : numberAt(scope.value, 'status', 'observedGeneration');
  if (stated !== undefined && !Number.isNaN(stated)) return stated;
  const conditions = criteria.current.flatMap((test) =>
    'condition' in test ? [conditionIn(scope, test.condition)] : [],
  );
  const generations = conditions.map((condition) => numberAt(condition, 'observedGeneration'));
  return generations.every((generation) => generation !== undefined) ? generations[0] : undefined;
}

function describe(test: StatusTest, criteria: StatusCriteria, scope: TestScope): string {
  const reported = criteria.message ? at(scope.value, ...keysOf(criteria.message)) : undefined;
  const reason = [reported]
    .flat()
    .filter((part) => typeof part === 'string')
    .join(', ');
  return [describeTest(test, scope), reason].filter(Boolean).join(': ');
}

/** The present value of what a test looks at. */
function describeTest(test: StatusTest, scope: TestScope): string {
  if ('any' in test) {
    const one =
      test.any.find((each) => passes(each, scope)) ?? test.any.find((each) => !('not' in each)) ?? test.any[0];
    return one ? describeTest(one, scope) : '';
  }
  if ('all' in test) return test.all.map((one) => describeTest(one, scope)).join(', ');
  if ('not' in test) return describeTest(test.not, scope);
  if ('each' in test) return `not each of ${keysOf(test.each).join('.')} is ready`;
  if ('some' in test) return `not each of ${keysOf(test.some).join('.')} is right`;
  if ('condition' in test) {
    const condition = conditionIn(scope, test.condition);
    if (condition === undefined) return `${test.condition} is not reported yet`;
    if (isStale(condition, scope)) return 'the controller has not seen the change yet';
    const [status, reason, message] = ['status', 'reason', 'message'].map((key) => String(at(condition, key) ?? ''));
    return [reason, message].filter(Boolean).join(': ') || `${test.condition} is ${status}`;
  }
  if ('alike' in test) return `${keysOf(test.alike).join('.')} differs`;
  const name = keysOf(test.field).slice(-1).join();
  const found = display(at(scope.value, ...keysOf(test.field)));
  if ('in' in test) return `${name} is ${found}`;
  if ('same' in test) return `${name} is ${found}, not yet ${display(at(scope.value, ...keysOf(test.same)))}`;
  const required = requiredCount(test.atLeast, scope);
  return found === MISSING ? `${name} is ${found} (needs ${required})` : `${name} is ${found} of ${required}`;
}

const MISSING = 'not reported yet';

function display(value: unknown): string {
  if (value === undefined || value === '') return MISSING;
  return isObject(value) ? 'set' : String(value);
}

function countsOf({ counts }: StatusCriteria, object: KubernetesObject): { ready?: number; total?: number } {
  if (!counts) return {};
  const [ready, total] = counts.map((path) => numberAt(object, ...keysOf(path)));
  return total === undefined ? {} : { ready: ready ?? 0, total };
}
