import { formatVersion, imageRepository, normalRepository } from '../../image/reference.ts';
import { compareTags } from '../../image/tag-order.ts';
import { filled, type ImageField, type Shape } from '../fields/field.ts';
import type { ManifestEdit } from '../syntax/edit.ts';
import type { NodePath } from '../syntax/path.ts';
import type { Cursor } from '../syntax/tree.ts';
import type { ImageBump } from './image-bump.ts';
import { type AliasPolicy, obstacleTo, type Refused, refuse } from './refusal.ts';

/** Which parts of a reference a field shall have: those that it has, or as named. */
export type Pin = 'keep-shape' | 'tag' | 'digest' | 'both';

/** How fields are changed. */
export interface BumpPolicy {
  readonly pin: Pin;
  readonly aliases: AliasPolicy;
  /** Keys that a field needs and does not have are added. */
  readonly create: boolean;
  /** A field is not changed to a tag that is older than its own, or may be. */
  readonly newerOnly: boolean;
}

/** A change of a value, or a new key with its value. */
export type Write = Exclude<ManifestEdit, { kind: 'append' }> & {
  /** The value's place. */
  readonly path: NodePath;
  /** It is changed for all places that share it through aliases. */
  readonly shared: boolean;
};

export type FieldPlan =
  | { readonly kind: 'writes'; readonly writes: readonly Write[]; readonly from: string; readonly to: string }
  /** Left as it is, on purpose. */
  | { readonly kind: 'left'; readonly reason: string }
  | Refused;

interface Version {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** The bump that means a field: by its repository, with Docker Hub's short names understood. */
export function bumpFor(field: ImageField, bumps: readonly ImageBump[]): ImageBump | undefined {
  const names = field.names.map(normalRepository);
  return bumps.find(({ from }) => names.includes(normalRepository(from)));
}

/** What is to be written where, so that a field names the new image. A tag never changes beside a digest that stays. */
export function planField(field: ImageField, bump: ImageBump, policy: BumpPolicy): FieldPlan {
  if (field.overruled !== undefined) return { kind: 'left', reason: field.overruled };
  const version = wantedVersion(field, bump, policy.pin);
  if ('kind' in version) return version;
  const [name = bump.from] = field.names;
  const newName = bump.renames ? bump.to : name;
  const from = imageRepository(name) + formatVersion(field);
  const to = imageRepository(newName) + formatVersion(version);
  const writes: Write[] = [];
  for (const wanted of wantedTexts(field.shape, bump, version, to)) {
    const write = writeOf(wanted, field, bump, policy);
    if (write?.kind === 'refused') return write;
    if (write) writes.push(write);
  }
  const backwards = policy.newerOnly && writes.length > 0 ? backward(field, version) : undefined;
  return backwards ?? { kind: 'writes', writes, from, to };
}

/** Why the new version may be no newer one. */
function backward({ tag, digest }: ImageField, version: Version): Refused | undefined {
  if (tag === undefined && digest === undefined) return undefined;
  const order = tag === undefined || version.tag === undefined ? undefined : compareTags(tag, version.tag);
  if (order !== undefined && order <= 0) return undefined;
  const remedy = 'Give a newer tag, or leave out `newer-only` to go back on purpose.';
  if (order !== undefined)
    return refuse(`would go back from ${tag} to ${version.tag}, but \`newer-only\` is set`, remedy);
  const [now, then] = [tag ?? 'a digest', version.tag ?? 'a digest'];
  return refuse(
    `changes from ${now} to ${then}, and nobody can tell which is newer, but \`newer-only\` is set`,
    'Use versions (1.4.2) or build numbers (main-41) as tags, or leave out `newer-only`.',
  );
}

/** `undefined` where nothing has to be written. */
function writeOf(
  { value, text, part }: WantedText,
  field: ImageField,
  bump: ImageBump,
  { aliases, create }: BumpPolicy,
): Write | Refused | undefined {
  if (value === undefined) {
    if (text === '') return undefined;
    const write = create ? newKey(field.shape, part, text, aliases) : undefined;
    return write ?? refuse(`has no ${part} to change`, missingPart(field, part, bump));
  }
  const { node, document, path, flaw } = value;
  if (node.kind !== 'scalar') return refuse(`has a ${part} that is not a text`, 'Write it as a text.');
  if ((filled(value) ?? '') === text) return undefined;
  if (flaw === 'shared' && aliases === 'detach') return detached(value, text);
  return obstacleTo(value, aliases) ?? { kind: 'set', document, node, text, path, shared: flaw === 'shared' };
}

/** The value written out where it is used: in the stead of its alias, or beside the merge key, which it goes before. */
function detached({ indirection, document, path }: Cursor, text: string): Write | Refused {
  const last = path.at(-1);
  if (indirection?.kind === 'alias')
    return { kind: 'set', document, node: indirection.alias, text, path, shared: false };
  if (indirection?.kind === 'merge' && last?.kind === 'key') {
    const { mapping, pair } = indirection;
    return { kind: 'add', document, node: mapping, beside: pair, key: last.key, text, path, shared: false };
  }
  return refuse(
    'is part of what YAML aliases refer to, so it can not be changed for this place alone',
    'Write it out where it is used, or set `aliases: shared` to change it for all of them.',
  );
}

/** The part as a new key behind those that stand before it where people write them; `undefined` where it has no such place. */
function newKey(
  shape: Shape,
  part: WantedText['part'],
  text: string,
  aliases: AliasPolicy,
): Write | Refused | undefined {
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

function wantedVersion(field: ImageField, { to, renames }: ImageBump, pin: Pin): Version | FieldPlan {
  if (to.tag === undefined && to.digest === undefined) return { tag: field.tag, digest: field.digest };
  const keep = pin === 'keep-shape';
  const needs = {
    tag: pin === 'tag' || pin === 'both' || (keep && field.tag !== undefined),
    digest: pin === 'digest' || pin === 'both' || (keep && field.digest !== undefined),
  };
  if (!needs.tag && !needs.digest && !renames)
    return { kind: 'left', reason: 'has neither tag nor digest, and `pin: keep-shape` adds none' };
  for (const part of ['tag', 'digest'] as const) {
    if (!needs[part] || to[part] !== undefined) continue;
    const why = keep ? `names the image by ${part}` : `shall have a ${part} (\`pin: ${pin}\`)`;
    const other = part === 'tag' ? 'digest' : 'tag';
    return refuse(
      `${why}, but \`image\` gives none`,
      `Give \`image\` as ${imageRepository(to)}:<tag>@sha256:<digest>, or set \`pin: ${other}\`.`,
    );
  }
  return { tag: needs.tag ? to.tag : undefined, digest: needs.digest ? to.digest : undefined };
}

interface WantedText {
  readonly part: 'reference' | 'registry' | 'repository' | 'tag' | 'digest';
  /** `undefined` where the field has no such part. */
  readonly value: Cursor | undefined;
  /** Empty: the part names nothing. */
  readonly text: string;
}

function wantedTexts(shape: Shape, { to, renames }: ImageBump, version: Version, whole: string): WantedText[] {
  if (shape.kind === 'whole') return [{ part: 'reference', value: shape.value, text: shape.lead + whole }];
  const { registry, repository, lead, tag, digest } = shape;
  const names: WantedText[] = [];
  if (renames && filled(registry)) {
    names.push({ part: 'registry', value: registry, text: to.registry ?? 'docker.io' });
    names.push({ part: 'repository', value: repository, text: to.repository });
  } else if (renames) names.push({ part: 'repository', value: repository, text: lead + imageRepository(to) });
  // `tag: 1.4.2@sha256:…` carries the digest where there is no key for it.
  const carries = filled(digest) === undefined && filled(tag)?.includes('@');
  if (carries && version.tag !== undefined && version.digest !== undefined)
    return [...names, { part: 'tag', value: tag, text: `${version.tag}@${version.digest}` }];
  return [
    ...names,
    { part: 'tag', value: tag, text: version.tag ?? '' },
    { part: 'digest', value: digest, text: version.digest ?? '' },
  ];
}

function missingPart({ shape }: ImageField, part: WantedText['part'], { to }: ImageBump): string {
  const key = shape.kind === 'parts' ? shape.home?.keys.find((each) => each.part === part)?.key : undefined;
  const add =
    key === undefined ? `Write the ${part} beside the other parts` : `Set \`create: true\` to add the key \`${key}\``;
  if (part === 'repository' || part === 'registry') return `${add} with ${imageRepository(to)}.`;
  return `${add}, or set \`pin: ${part === 'tag' ? 'digest' : 'tag'}\`.`;
}
