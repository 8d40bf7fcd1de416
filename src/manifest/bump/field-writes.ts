import { imageRepository } from '../../image/reference.ts';
import type { ImageField, ImagePart, Shape } from '../fields/field.ts';
import { nonEmptyText } from '../fields/references.ts';
import type { ManifestEdit } from '../syntax/edit.ts';
import type { NodePath } from '../syntax/path.ts';
import type { Cursor } from '../syntax/tree.ts';
import type { ImageBump } from './image-bump.ts';
import { type FieldRefused, obstacleTo, refuse } from './obstacle.ts';
import type { AliasPolicy, BumpPolicy } from './policy.ts';
import type { FieldVersion } from './version.ts';
import { wholeText } from './whole-text.ts';

/** A change of a value, or a new key with its value. */
export type FieldWrite = Exclude<ManifestEdit, { kind: 'append' }> & {
  /** The path of the value. */
  readonly path: NodePath;
  /** Whether it changes every place that shares the value through aliases. */
  readonly shared: boolean;
};

/** The text that a part of a reference gets. */
interface PartText {
  readonly part: ImagePart | 'reference';
  /** `undefined` if the field has no such part. */
  readonly value: Cursor | undefined;
  /** Empty if the new reference has no such part. */
  readonly text: string;
}

/** @param reference the new reference as a whole. */
export function fieldWrites(
  field: ImageField,
  bump: ImageBump,
  version: FieldVersion,
  reference: string,
  policy: BumpPolicy,
): readonly FieldWrite[] | FieldRefused {
  const writes: FieldWrite[] = [];
  const texts = partTexts(field.shape, bump, version, reference);
  if ('kind' in texts) return texts;
  for (const partText of texts) {
    const write = writeOf(partText, field, bump, policy);
    if (write?.kind === 'refused') return write;
    if (write) writes.push(write);
  }
  return writes;
}

function partTexts(
  shape: Shape,
  bump: ImageBump,
  version: FieldVersion,
  reference: string,
): readonly PartText[] | FieldRefused {
  if (shape.kind === 'whole') {
    const text = wholeText(shape, bump, version, reference);
    return typeof text === 'string' ? [{ part: 'reference', value: shape.value, text }] : text;
  }
  const { to, renames } = bump;
  const { registry, repository, prefix, tag, digest } = shape;
  const names: PartText[] = [];
  if (renames && nonEmptyText(registry)) {
    names.push({ part: 'registry', value: registry, text: to.registry ?? 'docker.io' });
    names.push({ part: 'repository', value: repository, text: to.repository });
  } else if (renames) names.push({ part: 'repository', value: repository, text: prefix + imageRepository(to) });
  // `tag: 1.4.2@sha256:…` includes the digest if there is no key for it.
  const includesDigest = nonEmptyText(digest) === undefined && nonEmptyText(tag)?.includes('@');
  if (includesDigest && version.tag !== undefined && version.digest !== undefined)
    return [...names, { part: 'tag', value: tag, text: `${version.tag}@${version.digest}` }];
  return [
    ...names,
    { part: 'tag', value: tag, text: version.tag ?? '' },
    { part: 'digest', value: digest, text: version.digest ?? '' },
  ];
}

/** `undefined` if the part already has its text. */
function writeOf(
  { value, text, part }: PartText,
  { shape }: ImageField,
  { to }: ImageBump,
  { aliases, create }: BumpPolicy,
): FieldWrite | FieldRefused | undefined {
  if (value === undefined) {
    if (text === '') return undefined;
    const write = create ? newKey(shape, part, text, aliases) : undefined;
    if (write) return write;
    const key = shape.kind === 'parts' ? shape.home?.keys.find((each) => each.part === part)?.key : undefined;
    return refuse(`has no ${part} to change`, { code: 'missing-part', part, key, repository: imageRepository(to) });
  }
  const { node, document, path, flaw } = value;
  if (node.kind !== 'scalar') return refuse(`has a ${part} that isn't text`, { code: 'not-text' });
  if ((nonEmptyText(value) ?? '') === text) return undefined;
  if (flaw === 'shared' && aliases === 'detach') return detachedWrite(value, text);
  return obstacleTo(value, aliases) ?? { kind: 'set', document, node, text, path, shared: flaw === 'shared' };
}

/** Writes the value out where it is used: in place of the alias, or after the merge key, which it overrides. */
function detachedWrite({ indirection, document, path }: Cursor, text: string): FieldWrite | FieldRefused {
  const last = path.at(-1);
  if (indirection?.kind === 'alias')
    return { kind: 'set', document, node: indirection.alias, text, path, shared: false };
  if (indirection?.kind === 'merge' && last?.kind === 'key') {
    const { mapping, pair } = indirection;
    return { kind: 'add', document, node: mapping, beside: pair, key: last.key, text, path, shared: false };
  }
  return refuse("is inside a value that YAML aliases refer to, so it can't be changed only here", {
    code: 'inside-anchor',
  });
}

/** Adds the part as a key after those that usually precede it; `undefined` if the field has no such place. */
function newKey(
  shape: Shape,
  part: PartText['part'],
  text: string,
  aliases: AliasPolicy,
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
  return obstacleTo(mapping, aliases) ?? { kind: 'add', node, beside, key, text, ...place };
}
