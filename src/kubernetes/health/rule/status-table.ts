import { at, isObject, listAt, numberAt } from '../../../json/json.ts';
import type { CauseId } from '../../failures/causes.ts';
import type { KubernetesObject } from '../../objects/object.ts';
import { isBlank } from './by-conditions.ts';
import type { HealthVerdict, KindRule } from './kind-rule.ts';
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

/** Kinds that are read by a line of data. Where several lists of tests apply, the first in this order does. */
export interface StatusTable {
  /** API groups; `*.example.org` for all below it. */
  readonly groups: readonly string[];
  /** Kinds; all of the groups where it is left out. */
  readonly kinds?: readonly string[];
  /** Somebody has stopped it: any of these. */
  readonly suspended?: readonly StatusTest[];
  /** All of these; none at all: it is in place once it exists. */
  readonly current: readonly StatusTest[];
  /** It waits for a person: any of these. */
  readonly paused?: readonly StatusTest[];
  /** Its controller has given up, or its one run has failed. */
  readonly failed?: readonly StatusTest[];
  /** Its controller calls it broken, and goes on looking at it. */
  readonly degraded?: readonly StatusTest[];
  /** Its controller reports an error, and tries again by itself. */
  readonly reportsError?: readonly StatusTest[];
  /** It runs once: what its status says can't be of an earlier generation (`or`: only where this holds). */
  readonly runsOnce?: true | StatusTest;
  /** Where the observed generation stands if not in `status.observedGeneration` or the conditions: a number, or text that begins with it. */
  readonly generation?: FieldPath;
  /** How many are ready, of how many. */
  readonly counts?: readonly [ready: FieldPath, total: FieldPath];
  /** Where the object says why it is as it is. */
  readonly message?: FieldPath;
}

export function ruleFromTable(table: StatusTable): Omit<KindRule, 'group' | 'kind'> {
  return { judge: (object) => ({ ...verdictOf(table, object), ...countsOf(table, object) }) };
}

function verdictOf(table: StatusTable, object: KubernetesObject): HealthVerdict {
  const scope: TestScope = {
    value: object,
    conditions: listAt(object, 'status', 'conditions'),
    generation: object.metadata.generation ?? 0,
  };
  const first = (tests: readonly StatusTest[] = []) => tests.find((test) => passes(test, scope));
  const told = (test: StatusTest) => describe(test, table, scope);

  const suspended = first(table.suspended);
  if (suspended) return { status: 'suspended', message: told(suspended) };
  const isOnce = table.runsOnce === true || (table.runsOnce !== undefined && passes(table.runsOnce, scope));
  const isUntold = isWaitedFor(table) && isBlank(object['status']);
  const missing = table.current.find((test) => isUntold || !passes(test, scope));
  if (!missing) return whenCurrent(table, scope, isOnce);
  const paused = first(table.paused);
  if (paused) return { status: 'paused', message: told(paused) };
  const failures: readonly (readonly [StatusTest | undefined, CauseId])[] = [
    [first(table.failed), table.runsOnce === true ? 'run-failed' : 'stalled'],
    [first(table.degraded), 'degraded'],
    [first(table.reportsError), 'reports-error'],
  ];
  for (const [test, cause] of failures) if (test) return { status: 'failed', cause, message: told(test) };
  if (isUntold) return { status: 'progressing', message: 'no controller has written its status yet' };
  return { status: 'progressing', message: told(missing) };
}

/** Else it is in place once it exists, and has no status that could be of an earlier generation. */
function isWaitedFor({ current }: StatusTable): boolean {
  return current.some((test) => !('never' in test));
}

function whenCurrent(table: StatusTable, scope: TestScope, isOnce: boolean): HealthVerdict {
  const ready: HealthVerdict = { status: 'current', message: isWaitedFor(table) ? 'ready' : 'exists' };
  if (isOnce || !isWaitedFor(table) || scope.generation <= 1) return ready;
  const observed = observedGeneration(table, scope);
  if (observed === undefined) return { ...ready, assumed: 'generation' };
  return observed < scope.generation
    ? { status: 'progressing', message: 'the controller has not seen the change yet' }
    : ready;
}

/** The generation that the status is of, if it tells. */
function observedGeneration(table: StatusTable, scope: TestScope): number | undefined {
  const stated = table.generation
    ? Number.parseInt(String(at(scope.value, ...keysOf(table.generation))), 10)
    : numberAt(scope.value, 'status', 'observedGeneration');
  if (stated !== undefined && !Number.isNaN(stated)) return stated;
  const conditions = table.current.flatMap((test) => ('condition' in test ? [conditionIn(scope, test.condition)] : []));
  const generations = conditions.map((condition) => numberAt(condition, 'observedGeneration'));
  return generations.every((generation) => generation !== undefined) ? generations[0] : undefined;
}

function describe(test: StatusTest, table: StatusTable, scope: TestScope): string {
  const said = table.message ? at(scope.value, ...keysOf(table.message)) : undefined;
  const why = typeof said === 'string' ? said : Array.isArray(said) ? said.join(', ') : '';
  return [describeTest(test, scope), why].filter(Boolean).join(': ');
}

/** How the object stands to a test that decided. */
function describeTest(test: StatusTest, scope: TestScope): string {
  if ('any' in test) {
    const one =
      test.any.find((each) => passes(each, scope)) ?? test.any.find((each) => !('never' in each)) ?? test.any[0];
    return one ? describeTest(one, scope) : '';
  }
  if ('all' in test) return test.all.map((one) => describeTest(one, scope)).join(', ');
  if ('never' in test) return describeTest(test.never, scope);
  if ('each' in test) return `not each of ${keysOf(test.each).join('.')} is ready`;
  if ('condition' in test) {
    const condition = conditionIn(scope, test.condition);
    if (condition === undefined) return `${test.condition} is not told yet`;
    if (isStale(condition, scope)) return 'the controller has not seen the change yet';
    const [status, reason, message] = ['status', 'reason', 'message'].map((key) => String(at(condition, key) ?? ''));
    return [reason, message].filter(Boolean).join(': ') || `${test.condition} is ${status}`;
  }
  const name = keysOf(test.field).slice(-1).join();
  const found = shown(at(scope.value, ...keysOf(test.field)));
  if ('in' in test) return `${name} is ${found}`;
  if ('same' in test) return `${name} is ${found}, not yet ${shown(at(scope.value, ...keysOf(test.same)))}`;
  return `${name} is ${found} of ${requiredCount(test.atLeast, scope)}`;
}

function shown(value: unknown): string {
  if (value === undefined || value === '') return 'not told yet';
  return isObject(value) ? 'there' : String(value);
}

function countsOf({ counts }: StatusTable, object: KubernetesObject): { ready?: number; total?: number } {
  if (!counts) return {};
  const [ready, total] = counts.map((path) => numberAt(object, ...keysOf(path)));
  return total === undefined ? {} : { ready: ready ?? 0, total };
}
