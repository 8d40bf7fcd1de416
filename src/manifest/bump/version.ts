import { imageRepository } from '../../image/reference.ts';
import { compareTags } from '../../image/tag-order.ts';
import type { ImageField } from '../fields/field.ts';
import type { ImageBump } from './image-bump.ts';
import { type FieldRefused, refuse } from './obstacle.ts';
import type { Pin } from './policy.ts';

export interface FieldVersion {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Left as it is on purpose; `reason` is the end of a sentence that begins with the field's path. */
export interface FieldUnchanged {
  readonly kind: 'unchanged';
  readonly reason: string;
  readonly cause?: UnchangedCause;
}

/** Why a field is left unchanged, if the user can do something about it. */
export type UnchangedCause = 'no-version';

/** The tag and digest that a field gets. */
export function newVersion(
  field: ImageField,
  { to, renames }: ImageBump,
  pin: Pin,
): FieldVersion | FieldUnchanged | FieldRefused {
  // Only the repository changes.
  if (to.tag === undefined && to.digest === undefined) return { tag: field.tag, digest: field.digest };
  const keep = pin === 'keep-shape';
  const slot = keep ? emptySlot(field, to) : undefined;
  const needs = {
    tag: pin === 'tag' || pin === 'both' || (keep && field.tag !== undefined) || slot === 'tag',
    digest: pin === 'digest' || pin === 'both' || (keep && field.digest !== undefined) || slot === 'digest',
  };
  if (!needs.tag && !needs.digest && !renames)
    return { kind: 'unchanged', reason: 'has neither a tag nor a digest to change', cause: 'no-version' };
  for (const part of ['tag', 'digest'] as const) {
    if (!needs[part] || to[part] !== undefined) continue;
    const need = keep && slot === undefined ? `names the image by ${part}` : `needs a ${part}`;
    const repository = imageRepository(to);
    return refuse(`${need}, but the new reference has none`, { code: 'incomplete-reference', lacks: part, repository });
  }
  return { tag: needs.tag ? to.tag : undefined, digest: needs.digest ? to.digest : undefined };
}

/** The key that is there for the version of a field without one (`tag: ""`): of the tag, or of the digest if only that fits. */
function emptySlot({ tag, digest, shape }: ImageField, to: FieldVersion): 'tag' | 'digest' | undefined {
  if (tag !== undefined || digest !== undefined || shape.kind === 'whole') return undefined;
  if (shape.tag && (to.tag !== undefined || !shape.digest)) return 'tag';
  return shape.digest ? 'digest' : undefined;
}

/** Refuses a version that isn't certain to be as new as the field's. The same tag with another digest passes. */
export function requireNotOlder({ tag, digest }: ImageField, version: FieldVersion): FieldRefused | undefined {
  if (tag === undefined && digest === undefined) return undefined;
  const order = tag === undefined || version.tag === undefined ? undefined : compareTags(tag, version.tag);
  if (order !== undefined && order <= 0) return undefined;
  if (order !== undefined) return refuse(`would go back from ${tag} to ${version.tag}`, { code: 'older-tag' });
  const [now, then] = [tag ?? 'a digest', version.tag ?? 'a digest'];
  return refuse(`would change from ${now} to ${then}, and it is unknown which is newer`, { code: 'unknown-order' });
}
