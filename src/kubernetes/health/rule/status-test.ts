import { at, isObject, listAt, numberAt } from '../../../json/json.ts';

/** A test of an object's fields or conditions, as data: it is evaluated here and described in docs/readiness.md. */
export type StatusTest =
  | ConditionTest
  /** The field has one of these values; without values, the field exists. */
  | { readonly field: FieldPath; readonly in: readonly (string | number | boolean)[] }
  /** The field (default 0) is at least as large as the other one (default 1 in a spec, 0 in a status). A list counts by its length. */
  | { readonly field: FieldPath; readonly atLeast: FieldPath }
  /** The field has the same value in each entry of a list: `environments.*.sha`. */
  | { readonly alike: FieldPath }
  /** Both fields exist and are equal. */
  | { readonly field: FieldPath; readonly same: FieldPath }
  | { readonly any: readonly StatusTest[] }
  | { readonly all: readonly StatusTest[] }
  | { readonly not: StatusTest }
  /** The list (or map) has entries, and each of them passes. Conditions are those of the entry. */
  | { readonly each: FieldPath; readonly pass: readonly StatusTest[] }
  /** An entry of the list (or map) passes all tests. */
  | { readonly some: FieldPath; readonly pass: readonly StatusTest[] };

export interface ConditionTest {
  readonly condition: string;
  readonly is: 'True' | 'False';
  readonly reasons?: readonly string[];
  readonly except?: readonly string[];
  readonly severity?: string;
}

/** Keys separated by dots; a list of keys if one of them contains a dot. */
export type FieldPath = string | readonly string[];

export const keysOf = (path: FieldPath): readonly string[] => (typeof path === 'string' ? path.split('.') : path);

/** The condition is True; with reasons, for one of them. */
export const isTrue = (condition: string, ...reasons: string[]): ConditionTest => ({
  condition,
  is: 'True',
  ...(reasons.length > 0 ? { reasons } : {}),
});

/** The condition is False; with reasons, for one of them. */
export const isFalse = (condition: string, ...reasons: string[]): ConditionTest => ({
  ...isTrue(condition, ...reasons),
  is: 'False',
});

export const field = (path: FieldPath, ...values: (string | number | boolean)[]): StatusTest => ({
  field: path,
  in: values,
});
export const atLeast = (path: FieldPath, other: FieldPath): StatusTest => ({ field: path, atLeast: other });
export const alike = (path: FieldPath): StatusTest => ({ alike: path });
export const same = (path: FieldPath, other: FieldPath): StatusTest => ({ field: path, same: other });
export const any = (...tests: StatusTest[]): StatusTest => ({ any: tests });
export const all = (...tests: StatusTest[]): StatusTest => ({ all: tests });
export const not = (test: StatusTest): StatusTest => ({ not: test });
export const each = (path: FieldPath, ...pass: StatusTest[]): StatusTest => ({ each: path, pass });
export const some = (path: FieldPath, ...pass: StatusTest[]): StatusTest => ({ some: path, pass });

/** What a test is applied to: an object, or an entry of one of its lists. */
export interface TestScope {
  readonly value: unknown;
  readonly conditions: readonly unknown[];
  /** Conditions of an older generation are ignored. */
  readonly generation: number;
}

export function passes(test: StatusTest, scope: TestScope): boolean {
  if ('any' in test) return test.any.some((one) => passes(one, scope));
  if ('all' in test) return test.all.every((one) => passes(one, scope));
  if ('not' in test) return !passes(test.not, scope);
  if ('each' in test) {
    const results = entryResults(test.each, test.pass, scope);
    return results.length > 0 && results.every(Boolean);
  }
  if ('some' in test) return entryResults(test.some, test.pass, scope).some(Boolean);
  if ('condition' in test) return conditionPasses(test, scope);
  if ('alike' in test) return new Set(valuesAt(test.alike, scope)).size <= 1;
  const found = at(scope.value, ...keysOf(test.field));
  if ('in' in test) return test.in.length === 0 ? found !== undefined : test.in.some((value) => value === found);
  if ('same' in test) return found !== undefined && found === at(scope.value, ...keysOf(test.same));
  return (countOf(found) ?? 0) >= requiredCount(test.atLeast, scope);
}

/** The count that another one must reach, or the sum of those in a list (`spec.nodeSets.*.count`). A missing count is 1 in a spec and 0 in a status. */
export function requiredCount(path: FieldPath, scope: TestScope): number {
  const fallback = keysOf(path)[0] === 'spec' ? 1 : 0;
  return valuesAt(path, scope).reduce<number>((sum, value) => sum + (countOf(value) ?? fallback), 0);
}

/** The value at a path; several if a `*` in it stands for each entry of a list. */
function valuesAt(path: FieldPath, { value }: TestScope): readonly unknown[] {
  const keys = keysOf(path);
  const star = keys.indexOf('*');
  if (star < 0) return [at(value, ...keys)];
  return listAt(value, ...keys.slice(0, star)).map((entry) => at(entry, ...keys.slice(star + 1)));
}

function countOf(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? value : undefined;
}

function conditionPasses(test: ConditionTest, scope: TestScope): boolean {
  const found = conditionIn(scope, test.condition);
  if (String(at(found, 'status')).toLowerCase() !== test.is.toLowerCase() || isStale(found, scope)) return false;
  const reason = String(at(found, 'reason') ?? '');
  return (
    (test.reasons?.includes(reason) ?? true) &&
    !test.except?.includes(reason) &&
    (test.severity === undefined || at(found, 'severity') === test.severity)
  );
}

function entryResults(path: FieldPath, pass: readonly StatusTest[], scope: TestScope): readonly boolean[] {
  const found = at(scope.value, ...keysOf(path));
  const entries = isObject(found) ? Object.values(found) : listAt(found);
  return entries.map((value) =>
    pass.every((one) => passes(one, { ...scope, value, conditions: listAt(value, 'conditions') })),
  );
}

export function conditionIn({ conditions }: TestScope, type: string): unknown {
  return conditions.find((condition) => isObject(condition) && condition['type'] === type);
}

/** Whether a condition describes an earlier generation. */
export function isStale(condition: unknown, { generation }: TestScope): boolean {
  return (numberAt(condition, 'observedGeneration') ?? generation) < generation;
}
