/** Which parts of a reference a field has after a bump: those that it has now, or the given ones. */
export type Pin = 'keep-shape' | 'tag' | 'digest' | 'both';

/**
 * What happens to a value that several places share through YAML aliases or merge keys: refuse to change it, change it for all of them,
 * or write the new value out in the one place.
 */
export type AliasPolicy = 'fail' | 'shared' | 'detach';

/** How fields are changed. */
export interface BumpPolicy {
  readonly pin: Pin;
  readonly aliases: AliasPolicy;
  /** Whether to add keys that a field needs and doesn't have. */
  readonly create: boolean;
  /** Whether to refuse a tag that is older than the field's tag, or may be. */
  readonly newerOnly: boolean;
}
