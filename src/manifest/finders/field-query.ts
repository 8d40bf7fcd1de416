import type { Finder } from '../fields/finder.ts';
import { type NamedField, namedFieldsFinder } from '../fields/named-fields.ts';
import { type FieldKind, findersOf } from './finders.ts';

/** Which image fields to find. */
export interface FieldQuery {
  /** All kinds if empty. */
  readonly kinds: readonly FieldKind[];
  readonly named: readonly NamedField[];
  /** Whether to search block scalars whose text is YAML. */
  readonly embedded: boolean;
}

export function findersFor({ kinds, named }: FieldQuery): readonly Finder[] {
  return [...findersOf(kinds), namedFieldsFinder(named)];
}
