import { at, isObject, listAt, numberAt } from '../../../json/json.ts';

/** What is looked for in an object. Data only: it is read here, and told in docs/readiness.md. */
export type StatusTest =
  | ConditionTest
  /** A field has one of these values; without values, it is there. */
  | { readonly field: FieldPath; readonly in: readonly (string | number | boolean)[] }
  /** A number (else 0) is as large as that of another field (else 1 in a spec, 0 in a status). */
  | { readonly field: FieldPath; readonly atLeast: FieldPath }
  /** Two fields are there and equal. */
  | { readonly field: FieldPath; readonly same: FieldPath }
  | { readonly any: readonly StatusTest[] }
  | { readonly all: readonly StatusTest[] }
  | { readonly never: StatusTest }
  /** A list has entries, and each passes; conditions are those of the entry. */
  | { readonly each: FieldPath; readonly pass: readonly StatusTest[] };

export interface ConditionTest {
  readonly condition: string;
  readonly is: 'True' | 'False';
  readonly reasons?: readonly string[];
  readonly except?: readonly string[];
  readonly severity?: string;
}

/** Keys divided by dots; a list of keys where one of them holds a dot. */
export type FieldPath = string | readonly string[];

export const keysOf = (path: FieldPath): readonly string[] => (typeof path === 'string' ? path.split('.') : path);

/** The condition is True (for one of these reasons). */
export const isTrue = (condition: string, ...reasons: string[]): ConditionTest => ({
  condition,
  is: 'True',
  ...(reasons.length > 0 ? { reasons } : {}),
});

/** The condition is False (for one of these reasons). */
export const isFalse = (condition: string, ...reasons: string[]): ConditionTest => ({
  ...isTrue(condition, ...reasons),
  is: 'False',
});

export const field = (path: FieldPath, ...values: (string | number | boolean)[]): StatusTest => ({
  field: path,
  in: values,
});
export const atLeast = (path: FieldPath, other: FieldPath): StatusTest => ({ field: path, atLeast: other });
export const same = (path: FieldPath, other: FieldPath): StatusTest => ({ field: path, same: other });
export const any = (...tests: StatusTest[]): StatusTest => ({ any: tests });
export const all = (...tests: StatusTest[]): StatusTest => ({ all: tests });
export const not = (test: StatusTest): StatusTest => ({ never: test });
export const each = (path: FieldPath, ...pass: StatusTest[]): StatusTest => ({ each: path, pass });

/** What a test is held against: an object, or an entry of one of its lists. */
export interface TestScope {
  readonly value: unknown;
  readonly conditions: readonly unknown[];
  /** The generation that conditions must be of; an older one says nothing. */
  readonly generation: number;
}

export function passes(test: StatusTest, scope: TestScope): boolean {
  if ('any' in test) return test.any.some((one) => passes(one, scope));
  if ('all' in test) return test.all.every((one) => passes(one, scope));
  if ('never' in test) return !passes(test.never, scope);
  if ('each' in test) return passesEach(test.each, test.pass, scope);
  if ('condition' in test) return fitsCondition(test, scope);
  const found = at(scope.value, ...keysOf(test.field));
  if ('in' in test) return test.in.length === 0 ? found !== undefined : test.in.some((value) => value === found);
  if ('same' in test) return found !== undefined && found === at(scope.value, ...keysOf(test.same));
  return (typeof found === 'number' ? found : 0) >= requiredCount(test.atLeast, scope);
}

/** The number that another must reach; a count that a spec leaves out is 1, one that a status leaves out is 0. */
export function requiredCount(path: FieldPath, { value }: TestScope): number {
  const keys = keysOf(path);
  return numberAt(value, ...keys) ?? (keys[0] === 'spec' ? 1 : 0);
}

function fitsCondition(test: ConditionTest, scope: TestScope): boolean {
  const found = conditionIn(scope, test.condition);
  if (at(found, 'status') !== test.is || isStale(found, scope)) return false;
  const reason = String(at(found, 'reason') ?? '');
  return (
    (test.reasons?.includes(reason) ?? true) &&
    !test.except?.includes(reason) &&
    (test.severity === undefined || at(found, 'severity') === test.severity)
  );
}

function passesEach(path: FieldPath, pass: readonly StatusTest[], scope: TestScope): boolean {
  const entries = listAt(scope.value, ...keysOf(path));
  return (
    entries.length > 0 &&
    entries.every((value) =>
      pass.every((one) => passes(one, { ...scope, value, conditions: listAt(value, 'conditions') })),
    )
  );
}

export function conditionIn({ conditions }: TestScope, type: string): unknown {
  return conditions.find((condition) => isObject(condition) && condition['type'] === type);
}

/** Whether a condition is of an earlier generation. */
export function isStale(condition: unknown, { generation }: TestScope): boolean {
  return (numberAt(condition, 'observedGeneration') ?? generation) < generation;
}
