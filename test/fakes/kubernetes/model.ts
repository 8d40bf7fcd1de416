import { at, isObject, listAt, objectAt, stringAt } from '../../../src/json/json.ts';

/** An object as it is stored and sent. */
export type Obj = Record<string, unknown>;

/** A kind that the fake serves. */
export interface ServedType {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** Writes to the object don't change its status, and writes to `/status` change nothing else. */
  readonly statusSubresource: boolean;
  /** Whether `metadata.generation` counts changes of the spec. */
  readonly hasGeneration: boolean;
}

export function typeKey({ group, plural }: Pick<ServedType, 'group' | 'plural'>): string {
  return `${group}/${plural}`;
}

export function apiVersionOf({ group, version }: Pick<ServedType, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

export function meta(object: Obj): Obj {
  const found = object['metadata'];
  if (isObject(found)) return found;
  const created: Obj = {};
  object['metadata'] = created;
  return created;
}

export function nameOf(object: Obj): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}

export function namespaceOf(object: Obj): string {
  return stringAt(object, 'metadata', 'namespace') ?? '';
}

export function uidOf(object: Obj): string {
  return stringAt(object, 'metadata', 'uid') ?? '';
}

export function labelsOf(object: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectAt(object, 'metadata', 'labels') ?? {}).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
}

export function isOwnedBy(object: Obj, owner: Obj): boolean {
  return listAt(object, 'metadata', 'ownerReferences').some((reference) => at(reference, 'uid') === uidOf(owner));
}

/** A deep copy of JSON values. Much faster than structuredClone, and controllers copy all the time. */
export function clone<T>(value: T): T;
export function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => clone(each));
  if (!isObject(value)) return value;
  const copy: Obj = {};
  for (const key of Object.keys(value)) copy[key] = clone(value[key]);
  return copy;
}

/** Equality of JSON values. The order of keys doesn't matter. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, index) => isEqual(each, b[index]))
    );
  if (!isObject(a) || !isObject(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isEqual(a[key], b[key]));
}
