import { GitHubUnavailable } from './error.ts';

/**
 * A response of a published type, in which any field may be missing: it may come from an Enterprise Server of another version, or from a
 * proxy. `any` in the published types becomes `unknown`.
 */
export type DeepPartial<T> = 0 extends 1 & T
  ? unknown
  : T extends readonly (infer Item)[]
    ? readonly DeepPartial<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> }
      : T;

/** The part of an object that a GraphQL document selects: one field, and of its value what `Of` describes. */
export type SelectedField<T, Name extends keyof T, Of> = { readonly [Key in Name]?: Of | null };

/**
 * Requires a field that later requests depend on.
 * @param what describes the field, to follow "it lacks".
 * @throws GitHubUnavailable if the response lacks it.
 */
export function requireText(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw missingField(what);
}

/** As `requireText`. */
export function requireNumber(value: unknown, what: string): number {
  if (typeof value === 'number') return value;
  throw missingField(what);
}

/** As `requireText`; the list may be empty. */
export function requireList<T>(value: readonly T[] | undefined, what: string): readonly T[] {
  if (Array.isArray(value)) return value;
  throw missingField(what);
}

/** The error for a response that lacks something. */
export function missingField(what: string): GitHubUnavailable {
  return new GitHubUnavailable(undefined, `it lacks ${what}`);
}
