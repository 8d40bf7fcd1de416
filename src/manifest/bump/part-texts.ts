import { formatVersion, type ImageReference, imageRepository, normalRepository } from '../../image/reference.ts';
import type { ImageField, ImagePart, PartsShape } from '../fields/field.ts';
import { digestPrefix, digestWith, readTagValue } from '../fields/part-text.ts';
import { nonEmptyText, repeatsRegistry } from '../fields/references.ts';
import type { Cursor } from '../syntax/tree.ts';
import type { ImageBump } from './image-bump.ts';
import { type FieldRefused, refuse } from './obstacle.ts';
import type { FieldVersion } from './version.ts';
import { wholeText } from './whole-text.ts';

/** The text that a part of a reference gets. */
export interface PartText {
  readonly part: ImagePart | 'reference';
  /** `undefined` if the field has no such part. */
  readonly value: Cursor | undefined;
  /** Empty if the new reference has no such part. */
  readonly text: string;
}

/** Whether a bump moves a field to another repository. A field that names the new one already stays. */
export function movesField({ names: [name] }: ImageField, { to, renames }: ImageBump): boolean {
  return renames && (name === undefined || normalRepository(name) !== normalRepository(to));
}

/**
 * The texts of all parts, with which the consumer joins the new reference. A digest keeps its form.
 * @param reference the new reference as a whole.
 */
export function partTexts(
  field: ImageField,
  bump: ImageBump,
  version: FieldVersion,
  reference: string,
): readonly PartText[] | FieldRefused {
  const { shape } = field;
  if (shape.kind === 'whole') {
    const text = wholeText(shape, { ...bump, renames: movesField(field, bump) }, version, reference);
    return typeof text === 'string' ? [{ part: 'reference', value: shape.value, text }] : text;
  }
  const versions = isVersionKept(bump)
    ? { inline: shape.inline ?? NO_VERSION, texts: [] }
    : versionTexts(shape, version);
  if ('kind' in versions) return versions;
  const suffix = formatVersion(versions.inline) + (endsWithAlgorithm(shape) ? ALGORITHM : '');
  if (movesField(field, bump)) return [...movedNames(shape, bump.to, suffix), ...versions.texts];
  const old = nonEmptyText(shape.repository);
  if (!shape.inline || old === undefined) return versions.texts;
  const name = old.slice(0, old.length - formatVersion(shape.inline).length);
  return [{ part: 'repository', value: shape.repository, text: name + suffix }, ...versions.texts];
}

const ALGORITHM = '@sha256';

/** Whether the tag is the sum of a digest: `{repository: acme/shop@sha256, tag: 4be1…}`. */
function endsWithAlgorithm({ repository }: PartsShape): boolean {
  return nonEmptyText(repository)?.endsWith(ALGORITHM) === true;
}

function isVersionKept({ to }: ImageBump): boolean {
  return to.tag === undefined && to.digest === undefined;
}

const NO_VERSION: FieldVersion = { tag: undefined, digest: undefined };

/** @param version what follows the repository in its scalar. */
function movedNames(
  { registry, folder, repository, prefix }: PartsShape,
  to: ImageReference,
  version: string,
): PartText[] {
  const host = nonEmptyText(registry);
  const slash = host?.endsWith('/') ? '/' : '';
  const ownHost: PartText[] =
    host === undefined ? [] : [{ part: 'registry', value: registry, text: (to.registry ?? 'docker.io') + slash }];
  // Only a name with a slash can be split into folder and last part.
  const full =
    folder && host === undefined && !imageRepository(to).includes('/') ? normalRepository(to) : imageRepository(to);
  const repeats = host !== undefined && repeatsRegistry(host, nonEmptyText(folder ?? repository) ?? '');
  const name = host === undefined || repeats ? full : to.repository;
  if (!folder) return [...ownHost, { part: 'repository', value: repository, text: prefix + name + version }];
  const slashAt = name.lastIndexOf('/');
  return [
    ...ownHost,
    { part: 'repository', value: folder, text: slashAt < 0 ? 'library' : name.slice(0, slashAt) },
    { part: 'repository', value: repository, text: name.slice(slashAt + 1) + version },
  ];
}

interface VersionTexts {
  /** What follows the repository in its scalar. */
  readonly inline: FieldVersion;
  readonly texts: readonly PartText[];
}

/** Where tag and digest go: to their own keys, or to the scalar that holds them now. */
function versionTexts(shape: PartsShape, version: FieldVersion): VersionTexts | FieldRefused {
  if (!shape.inline) {
    const tag = tagTexts(shape, version);
    return 'kind' in tag ? tag : { inline: NO_VERSION, texts: tag };
  }
  const isOutside = shape.digest !== undefined && shape.inline.digest === undefined;
  if (!isOutside) return { inline: version, texts: [] };
  const digest = digestTexts(shape, version.digest);
  return 'kind' in digest ? digest : { inline: { tag: version.tag, digest: undefined }, texts: digest };
}

function tagTexts(shape: PartsShape, { tag, digest }: FieldVersion): readonly PartText[] | FieldRefused {
  const inTag = (text: string): PartText[] => [{ part: 'tag', value: shape.tag, text }];
  const isAfterAlgorithm = endsWithAlgorithm(shape);
  const now = readTagValue(nonEmptyText(shape.tag), isAfterAlgorithm);
  if (now.kind === 'digest')
    return tag === undefined && digest !== undefined
      ? inTag(digestWith(now.prefix, digest))
      : refuse('has a digest in place of the tag, and no key for both', { code: 'digest-in-tag' });
  if (isAfterAlgorithm)
    return refuse('has a repository that ends with `@sha256`, but no digest', { code: 'contradictory-parts' });
  if (now.kind === 'tag-and-digest') {
    if (tag !== undefined && digest !== undefined) return inTag(`${tag}@${digest}`);
    if (tag === undefined)
      return refuse('has the digest after the tag, and no key for a digest alone', { code: 'digest-after-tag' });
  }
  if (now.kind === 'tag' && tag === undefined && !shape.isTagOptional)
    return refuse('has a tag that its consumer may need next to the digest', { code: 'tag-needed' });
  const digests = digestTexts(shape, digest);
  return 'kind' in digests ? digests : [...inTag(tag ?? ''), ...digests];
}

function digestTexts(shape: PartsShape, digest: string | undefined): readonly PartText[] | FieldRefused {
  const texts: PartText[] = [];
  for (const value of [shape.digest, ...shape.moreDigests]) {
    const prefix = value === undefined ? 'sha256:' : digestPrefix(nonEmptyText(value), shape.digestKey);
    if (digest !== undefined && prefix === undefined)
      return refuse(`has an empty \`${shape.digestKey}\`, which may take a digest with or without \`sha256:\``, {
        code: 'unknown-digest-form',
      });
    texts.push({ part: 'digest', value, text: digest === undefined ? '' : digestWith(prefix ?? '', digest) });
  }
  return texts;
}
