import { at, isObject, listAt, numberAt } from '../../../json/json.ts';

/** What is looked for in an object. Data only: it is read here, and told in docs/readiness.md. */
export type StatusTest =
  | ConditionTest
  /** A field has one of these values; without values, it is there. */
  | { readonly field: Path; readonly in: readonly (string | number | boolean)[] }
  /** A number (else 0) is as large as that of another field (else 1 in a spec, 0 in a status). */
  | { readonly field: Path; readonly atLeast: Path }
  /** Two fields are there and equal. */
  | { readonly field: Path; readonly same: Path }
  | { readonly any: readonly StatusTest[] }
  | { readonly all: readonly StatusTest[] }
  | { readonly never: StatusTest }
  /** A list has entries, and each passes; conditions are those of the entry. */
  | { readonly each: Path; readonly pass: readonly StatusTest[] };

export interface ConditionTest {
  readonly condition: string;
  readonly is: 'True' | 'False';
  readonly reasons?: readonly string[];
  readonly except?: readonly string[];
  readonly severity?: string;
}

/** Keys divided by dots; a list of keys where one of them holds a dot. */
export type Path = string | readonly string[];

export const keysOf = (path: Path): readonly string[] => (typeof path === 'string' ? path.split('.') : path);

/** The condition is True (for one of these reasons). */
export const yes = (condition: string, ...reasons: string[]): ConditionTest => ({
  condition,
  is: 'True',
  ...(reasons.length > 0 ? { reasons } : {}),
});

/** The condition is False (for one of these reasons). */
export const no = (condition: string, ...reasons: string[]): ConditionTest => ({
  ...yes(condition, ...reasons),
  is: 'False',
});

export const field = (path: Path, ...values: (string | number | boolean)[]): StatusTest => ({
  field: path,
  in: values,
});
export const atLeast = (path: Path, other: Path): StatusTest => ({ field: path, atLeast: other });
export const same = (path: Path, other: Path): StatusTest => ({ field: path, same: other });
export const any = (...tests: StatusTest[]): StatusTest => ({ any: tests });
export const all = (...tests: StatusTest[]): StatusTest => ({ all: tests });
export const never = (test: StatusTest): StatusTest => ({ never: test });
export const each = (path: Path, ...pass: StatusTest[]): StatusTest => ({ each: path, pass });

/** What a test is held against: an object, or an entry of one of its lists. */
export interface Scope {
  readonly value: unknown;
  readonly conditions: readonly unknown[];
  /** The generation that conditions must be of; an older one says nothing. */
  readonly generation: number;
}

export function passes(test: StatusTest, scope: Scope): boolean {
  if ('any' in test) return test.any.some((one) => passes(one, scope));
  if ('all' in test) return test.all.every((one) => passes(one, scope));
  if ('never' in test) return !passes(test.never, scope);
  if ('each' in test) return passesEach(test.each, test.pass, scope);
  if ('condition' in test) return fitsCondition(test, scope);
  const found = at(scope.value, ...keysOf(test.field));
  if ('in' in test) return test.in.length === 0 ? found !== undefined : test.in.some((value) => value === found);
  if ('same' in test) return found !== undefined && found === at(scope.value, ...keysOf(test.same));
  return (typeof found === 'number' ? found : 0) >= wanted(test.atLeast, scope);
}

/** The number that another must reach; a count that a spec leaves out is 1, one that a status leaves out is 0. */
export function wanted(path: Path, { value }: Scope): number {
  const keys = keysOf(path);
  return numberAt(value, ...keys) ?? (keys[0] === 'spec' ? 1 : 0);
}

function fitsCondition(test: ConditionTest, scope: Scope): boolean {
  const found = conditionIn(scope, test.condition);
  if (at(found, 'status') !== test.is || isStale(found, scope)) return false;
  const reason = String(at(found, 'reason') ?? '');
  return (
    (test.reasons?.includes(reason) ?? true) &&
    !test.except?.includes(reason) &&
    (test.severity === undefined || at(found, 'severity') === test.severity)
  );
}

function passesEach(path: Path, pass: readonly StatusTest[], scope: Scope): boolean {
  const entries = listAt(scope.value, ...keysOf(path));
  return (
    entries.length > 0 &&
    entries.every((value) =>
      pass.every((one) => passes(one, { ...scope, value, conditions: listAt(value, 'conditions') })),
    )
  );
}

export function conditionIn({ conditions }: Scope, type: string): unknown {
  return conditions.find((condition) => isObject(condition) && condition['type'] === type);
}

/** Whether a condition is of an earlier generation. */
export function isStale(condition: unknown, { generation }: Scope): boolean {
  return (numberAt(condition, 'observedGeneration') ?? generation) < generation;
}
