import { imageRepository } from '../../image/reference.ts';
import type { ImageField, Shape } from '../fields/field.ts';
import { nonEmptyText } from '../fields/references.ts';
import type { ManifestEdit } from '../syntax/edit.ts';
import type { NodePath } from '../syntax/path.ts';
import type { Cursor } from '../syntax/tree.ts';
import type { ImageBump } from './image-bump.ts';
import { type FieldRefused, obstacleTo, refuse } from './obstacle.ts';
import { type PartText, partTexts } from './part-texts.ts';
import type { AliasPolicy, BumpPolicy } from './policy.ts';
import type { FieldVersion } from './version.ts';

/** A change of a value, or a new key with its value. */
export type FieldWrite = Exclude<ManifestEdit, { kind: 'append' }> & {
  /** The path of the value. */
  readonly path: NodePath;
  /** Whether it changes every place that shares the value through aliases. */
  readonly shared: boolean;
};

/** How fields of a document are changed. */
export interface PlanContext {
  readonly policy: BumpPolicy;
  /** The fields of other images that use a value or mapping too, through aliases, as `path (repository)`. */
  readonly othersWith: (place: Cursor) => readonly string[];
}

/** @param reference the new reference as a whole. */
export function fieldWrites(
  field: ImageField,
  bump: ImageBump,
  version: FieldVersion,
  reference: string,
  context: PlanContext,
): readonly FieldWrite[] | FieldRefused {
  const writes: FieldWrite[] = [];
  const texts = partTexts(field, bump, version, reference);
  if ('kind' in texts) return texts;
  for (const partText of texts) {
    const write = writeOf(partText, field, bump, context);
    if (write?.kind === 'refused') return write;
    if (write) writes.push(write);
  }
  return writes;
}

/** `undefined` if the part already has its text. */
function writeOf(
  { value, text, part }: PartText,
  { shape }: ImageField,
  { to }: ImageBump,
  { policy: { aliases, create }, othersWith }: PlanContext,
): FieldWrite | FieldRefused | undefined {
  if (value === undefined) {
    if (text === '') return undefined;
    const write = create ? newKey(shape, part, text, { aliases, othersWith }) : undefined;
    if (write) return write;
    const key = shape.kind === 'parts' ? shape.home?.keys.find((each) => each.part === part)?.key : undefined;
    return refuse(`has no ${part} to change`, { code: 'missing-part', part, key, repository: imageRepository(to) });
  }
  const { node, document, path, flaw } = value;
  if (node.kind !== 'scalar') return refuse(`has a ${part} that isn't text`, { code: 'not-text' });
  if ((nonEmptyText(value) ?? '') === text) return undefined;
  const others = flaw === 'shared' ? othersWith(value) : [];
  if (flaw === 'shared' && aliases === 'detach') return detachedWrite(value, text, others);
  return obstacleTo(value, aliases, others) ?? { kind: 'set', document, node, text, path, shared: flaw === 'shared' };
}

/** Writes the value out where it is used: in place of the alias, or after the merge key, which it overrides. */
function detachedWrite(
  { indirection, document, path }: Cursor,
  text: string,
  others: readonly string[],
): FieldWrite | FieldRefused {
  const last = path.at(-1);
  if (indirection?.kind === 'alias')
    return { kind: 'set', document, node: indirection.alias, text, path, shared: false };
  if (indirection?.kind === 'merge' && last?.kind === 'key') {
    const { mapping, pair } = indirection;
    return { kind: 'add', document, node: mapping, beside: pair, key: last.key, text, path, shared: false };
  }
  return refuse("is inside a value that YAML aliases refer to, so it can't be changed only here", {
    code: 'inside-anchor',
    ...(others.length > 0 ? { others } : {}),
  });
}

/** Adds the part as a key after those that usually precede it; `undefined` if the field has no such place. */
function newKey(
  shape: Shape,
  part: PartText['part'],
  text: string,
  { aliases, othersWith }: { readonly aliases: AliasPolicy; readonly othersWith: PlanContext['othersWith'] },
): FieldWrite | FieldRefused | undefined {
  if (shape.kind === 'whole' || !shape.home) return undefined;
  const { keys, mapping } = shape.home;
  const { document, node, path, flaw } = mapping;
  if (node.kind !== 'mapping') return undefined;
  const index = keys.findIndex((key) => key.part === part);
  const key = keys[index]?.key;
  const beside = keys
    .slice(0, Math.max(0, index))
    .reverse()
    .map((before) => node.pairs.find((pair) => pair.key.kind === 'scalar' && pair.key.text === before.key))
    .find((pair) => pair !== undefined);
  if (key === undefined || beside === undefined) return undefined;
  const place = { document, path: [...path, { kind: 'key', key }] as const, shared: flaw === 'shared' };
  const others = flaw === 'shared' ? othersWith(mapping) : [];
  return obstacleTo(mapping, aliases, others) ?? { kind: 'add', node, beside, key, text, ...place };
}
