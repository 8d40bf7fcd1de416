import { formatVersion, imageRepository, normalRepository } from '../../image/reference.ts';
import type { ImageField } from '../fields/field.ts';
import { type FieldWrite, fieldWrites } from './field-writes.ts';
import type { ImageBump } from './image-bump.ts';
import type { FieldRefused } from './obstacle.ts';
import type { BumpPolicy } from './policy.ts';
import { type FieldUnchanged, newVersion, requireNotOlder } from './version.ts';

/** What to do with a field. */
export type FieldPlan =
  /** No writes if the field names the new image already. */
  | { readonly kind: 'writes'; readonly writes: readonly FieldWrite[]; readonly from: string; readonly to: string }
  | FieldUnchanged
  | FieldRefused;

/** The bump whose repository a field names, with Docker Hub's short names understood. */
export function bumpFor(field: ImageField, bumps: readonly ImageBump[]): ImageBump | undefined {
  const names = field.names.map(normalRepository);
  return bumps.find(({ from }) => names.includes(normalRepository(from)));
}

/** Plans the writes after which a field names the new image. A tag never changes next to a digest that stays. */
export function planField(field: ImageField, bump: ImageBump, policy: BumpPolicy): FieldPlan {
  if (field.overruled !== undefined) return { kind: 'unchanged', reason: field.overruled };
  const version = newVersion(field, bump, policy.pin);
  if ('kind' in version) return version;
  const [name = bump.from] = field.names;
  const newName = bump.renames ? bump.to : name;
  const from = imageRepository(name) + formatVersion(field);
  const to = imageRepository(newName) + formatVersion(version);
  const writes = fieldWrites(field, bump, version, to, policy);
  if ('kind' in writes) return writes;
  const refused = policy.newerOnly && writes.length > 0 ? requireNotOlder(field, version) : undefined;
  return refused ?? { kind: 'writes', writes, from, to };
}
