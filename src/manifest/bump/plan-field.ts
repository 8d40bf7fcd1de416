import { formatVersion, imageRepository, normalRepository, type RepositoryReference } from '../../image/reference.ts';
import type { ImageField } from '../fields/field.ts';
import { holdsTemplate } from '../fields/part-text.ts';
import { type FieldWrite, fieldWrites, type PlanContext } from './field-writes.ts';
import type { ImageBump } from './image-bump.ts';
import { type FieldRefused, refuse } from './obstacle.ts';
import { movesField } from './part-texts.ts';
import { type FieldUnchanged, newVersion, requireNotOlder } from './version.ts';

/** What to do with a field. */
export type FieldPlan =
  /** No writes if the field names the new image already. */
  | { readonly kind: 'writes'; readonly writes: readonly FieldWrite[]; readonly from: string; readonly to: string }
  | FieldUnchanged
  | FieldSkipped
  | FieldRefused;

/** Only another program knows the value; `reason` is the end of a sentence that begins with the field's path. */
interface FieldSkipped {
  readonly kind: 'skipped';
  readonly reason: string;
}

/** The bump whose repository a field names, with Docker Hub's short names understood. What a move has moved already belongs to it too. */
export function bumpFor(field: ImageField, bumps: readonly ImageBump[]): ImageBump | undefined {
  const [current, ...others] = field.names.map((name) => nameOf(name, field));
  const ofBump = (repository: RepositoryReference) => nameOf(repository, field);
  return (
    bumps.find(({ from }) => [current, ...others].includes(ofBump(from))) ??
    bumps.find(({ to, renames }) => renames && current === ofBump(to))
  );
}

/** Without the registry if a template gives it: the field may be of any. */
function nameOf(name: RepositoryReference, { isRegistryUnknown }: ImageField): string {
  return isRegistryUnknown ? name.repository : normalRepository(name);
}

/** Plans the writes after which a field names the new image. A tag never changes next to a digest that stays. */
export function planField(field: ImageField, bump: ImageBump, context: PlanContext): FieldPlan {
  if (field.overruled !== undefined) return { kind: 'unchanged', reason: field.overruled };
  const left = leftToTemplate(field, bump);
  if (left) return left;
  if (field.contradiction !== undefined && !isCurrent(field, bump))
    return refuse(field.contradiction, { code: 'contradictory-parts' });
  const version = newVersion(field, bump, context.policy.pin);
  if ('kind' in version) return version;
  const [name = bump.from] = field.names;
  const newName = movesField(field, bump) ? bump.to : name;
  const from = imageRepository(name) + formatVersion(field);
  const to = imageRepository(newName) + formatVersion(version);
  const writes = fieldWrites(field, bump, version, to, context);
  if ('kind' in writes) return writes;
  const refused = context.policy.newerOnly && writes.length > 0 ? requireNotOlder(field, version) : undefined;
  return refused ?? { kind: 'writes', writes, from, to };
}

function isCurrent(field: ImageField, bump: ImageBump): boolean {
  const { tag = field.tag, digest = field.digest } = bump.to;
  return !movesField(field, bump) && tag === field.tag && digest === field.digest;
}

/** A part that a template fills in has no value here; the other parts stay as they are, because they belong together. */
function leftToTemplate({ expressions = [] }: ImageField, { to }: ImageBump): FieldSkipped | undefined {
  const onlyMoves = to.tag === undefined && to.digest === undefined;
  const [first] = expressions.filter(({ part }) => !onlyMoves || part === 'registry' || part === 'repository');
  if (!first) return undefined;
  const text = first.text.length > 80 ? `${first.text.slice(0, 80)}…` : first.text;
  const what = holdsTemplate(first.text) ? 'a template expression' : 'a rule';
  return { kind: 'skipped', reason: `has ${what} as its ${first.part} (${text})` };
}
