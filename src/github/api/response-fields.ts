import { GitHubUnavailable } from './error.ts';

/**
 * What GitHub told, by its published type, of which any field may be missing: an Enterprise Server of another version or a proxy may
 * have answered. What the published types leave open (`any`) is to be looked at.
 */
export type DeepPartial<T> = 0 extends 1 & T
  ? unknown
  : T extends readonly (infer Item)[]
    ? readonly DeepPartial<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> }
      : T;

/** What a GraphQL document selects of an object: one field, and of that what `Of` names. */
export type SelectedField<T, Name extends keyof T, Of> = { readonly [Key in Name]?: Of | null };

/**
 * A text without which something else would be done than was meant.
 * @param what names it, to stand after "lacks".
 * @throws GitHubUnavailable where GitHub did not tell it.
 */
export function requireText(told: unknown, what: string): string {
  if (typeof told === 'string' && told !== '') return told;
  throw missingField(what);
}

/** As `demandText`. */
export function requireNumber(told: unknown, what: string): number {
  if (typeof told === 'number') return told;
  throw missingField(what);
}

/** As `demandText`; an empty list is one. */
export function requireList<T>(told: readonly T[] | undefined, what: string): readonly T[] {
  if (Array.isArray(told)) return told;
  throw missingField(what);
}

/** Says what an answer lacks. */
export function missingField(what: string): GitHubUnavailable {
  return new GitHubUnavailable(undefined, `it lacks ${what}`);
}
