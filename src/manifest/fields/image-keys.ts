import { parseReference } from '../../image/reference.ts';
import type { Cursor } from '../syntax/tree.ts';
import type { Home, ImageField, ImagePart } from './field.ts';
import { readDigestValue } from './part-text.ts';
import { nonEmptyText, referenceInParts, wholeReference } from './references.ts';

/** Values by name, as a chart reads them: the keys of a mapping, or dotted names with the same beginning. */
export interface NamedValues {
  readonly names: Iterable<string>;
  readonly get: (name: string) => Cursor | undefined;
  /** The key that the values are under. */
  readonly key: string;
  /** The mapping that a missing key can be added to. */
  readonly mapping?: Cursor;
  /** Whether `version` beside an image may be its tag. For an operator it is the version of what it runs. */
  readonly joinsVersion: boolean;
}

/** The names that charts give the parts of a reference, the usual ones first. */
const NAMES = {
  registry: ['registry'],
  repository: ['repository'],
  tag: ['tag', 'version'],
  digest: ['digest', 'sha256', 'sha', 'hash'],
} as const;

/** Keys whose value is an image reference. CloudNativePG and others write `imageName`. */
const IMAGE_KEY = /^image(?:Name)?$|Image$/;
const REPOSITORY_OF_IMAGE = /^(?<image>image|.*Image)Repository$/;

/** Further spellings of the key for a digest: `imageDigest`, `SHA`. */
const DIGEST_KEY = /^(?:image[-_.]?)?(?:digest|sha(?:[-_]?256)?(?:sum)?|hash)$/i;

/**
 * The images that values name together: `{registry?, repository, tag?, digest?}` under the names that charts use, and under each key for an
 * image a reference, whose other parts may stand next to it (`image` and `tag`, `initImage` and `initImageTag`).
 */
export function* imagesInNamedValues(values: NamedValues): Generator<ImageField> {
  const main = mainImage(values);
  if (main) yield main.field;
  for (const name of values.names) {
    // `{repository: ghcr.io/acme/shop, image: shop}` is one image.
    if (name === main?.key || (main && name === 'image' && nonEmptyText(values.get(name))?.includes('/') === false))
      continue;
    const image = REPOSITORY_OF_IMAGE.exec(name)?.groups?.['image'];
    const field =
      image === undefined
        ? IMAGE_KEY.test(name)
          ? imageUnder(name, values)
          : undefined
        : partsBeside(name, [image], values);
    if (field) yield field;
  }
}

interface MainImage {
  /** The key of the repository or of the last part of its name. */
  readonly key: string;
  readonly field: ImageField;
}

/** The image that the values are about: of `repository`, or of `name` if they are under a key for an image. */
function mainImage(values: NamedValues): MainImage | undefined {
  const isImage = /image/i.test(values.key);
  const repository = values.get('repository');
  if (repository) {
    const last = lastPart(values);
    const parts = partsAt(last ?? 'repository', [''], values);
    // `repository:` alone is often a Helm chart's URL.
    if (!parts.tag && !parts.digest && !parts.registry && !isImage) return undefined;
    const folder = last === undefined ? undefined : repository;
    const field = referenceInParts(values.mapping ?? repository, [], { ...parts, folder });
    return field && { key: last ?? 'repository', field: withStrayDigest(field, values) };
  }
  const name = values.get('image') === undefined ? values.get('name') : undefined;
  if (!name) return undefined;
  const parts = partsAt('name', [''], values);
  const hasVersionKey = parts.tag !== undefined || parts.digest !== undefined;
  // `imagePullSecret: {name}` and `imageRepositoryRef: {name}` aren't images: a name alone counts only if the key ends with "image".
  if (isImage ? !hasVersionKey && !/image$/i.test(values.key) : !hasVersionKey || !hasRegistry(name)) return undefined;
  const field = referenceInParts(values.mapping ?? name, [], parts);
  return field && { key: 'name', field: withStrayDigest(field, values) };
}

/** Refuses a field beside a digest under a key that may be of the same image or of another one (`digestChroot`). */
function withStrayDigest(field: ImageField, { names, get }: NamedValues): ImageField {
  if (field.shape.kind !== 'parts') return field;
  const own = [field.shape.digest, ...field.shape.moreDigests].map((value) => value?.node);
  const stray = [...names].find((name) => {
    const text = /digest|sha|hash/i.test(name) ? nonEmptyText(get(name)) : undefined;
    return text?.includes('sha256:') && readDigestValue(text) && !own.includes(get(name)?.node);
  });
  return stray === undefined
    ? field
    : { contradiction: `has a digest under \`${stray}\`, and it is unknown whether it is of this image`, ...field };
}

/** Whether a name is of an image under any key: `{name: ghcr.io/acme/shop, tag: 1.4.2}`. */
function hasRegistry(name: Cursor): boolean {
  return parseReference(nonEmptyText(name) ?? '')?.registry !== undefined;
}

/** The key of the last part of the name, if `repository` has only what precedes it: `{repository: nvcr.io/nvidia, image: driver}`. */
function lastPart({ get }: NamedValues): 'image' | undefined {
  const [folder, image] = [nonEmptyText(get('repository')), nonEmptyText(get('image'))];
  if (folder === undefined || image === undefined || image.includes('/')) return undefined;
  // `{repository: ghcr.io/acme/shop, image: shop}` names the whole repository already.
  if (folder.endsWith(`/${image}`)) return undefined;
  return parseReference(`${folder}/${image}`) ? 'image' : undefined;
}

/** The image under a key: a whole reference, or one with parts next to it. */
function imageUnder(key: string, values: NamedValues): ImageField | undefined {
  const whole = wholeReference(values.get(key));
  const field = partsBeside(key, key === 'image' ? [key, ''] : [key], values);
  const { registry, tag, digest } = field?.shape.kind === 'parts' ? field.shape : {};
  if (registry || tag || digest) return field;
  const mayJoinVersion = whole && !hasVersion(whole) && !values.joinsVersion && values.get('version') !== undefined;
  return mayJoinVersion ? { ...whole, overruled: OF_THE_OPERATOR } : whole;
}

const OF_THE_OPERATOR = 'has no version, and only its operator knows whether `version` next to it belongs to it';

function hasVersion({
  tag,
  digest,
}: {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}): boolean {
  return tag !== undefined || digest !== undefined;
}

function partsBeside(key: string, prefixes: readonly string[], values: NamedValues): ImageField | undefined {
  const value = values.get(key);
  return value && referenceInParts(value, [], partsAt(key, prefixes, values));
}

/** The parts of the image whose repository is under a key. @param prefixes what may precede the names of the other parts */
function partsAt(
  key: string,
  prefixes: readonly string[],
  { names, get, key: parent, mapping, joinsVersion }: NamedValues,
) {
  const repository = get(key);
  const keysOf = (part: 'registry' | 'tag' | 'digest') =>
    prefixes
      .flatMap((prefix) =>
        NAMES[part].map((name) => (prefix === '' ? name : prefix + name.charAt(0).toUpperCase() + name.slice(1))),
      )
      .filter((name) => get(name) !== undefined);
  const [registryKey] = keysOf('registry');
  const [tagKey] = keysOf('tag').filter((name) => name !== 'version' || joinsVersion || !IMAGE_KEY.test(key));
  const variants = prefixes.includes('') ? [...names].filter((name) => DIGEST_KEY.test(name)) : [];
  const digestKeys = [...new Set([...keysOf('digest'), ...variants])].filter((name) =>
    isDigestOrEmpty(name, get(name)),
  );
  const full = digestKeys.filter((name) => nonEmptyText(get(name)) !== undefined);
  const [digestKey] = [...full, ...digestKeys];
  const inline = IMAGE_KEY.test(key) ? parseReference(nonEmptyText(repository) ?? '') : undefined;
  const repeatsTag = tagKey !== 'version' && tagKey !== undefined && nonEmptyText(get(tagKey)) === inline?.tag;
  // `image: repo:tag` next to `tag`: the two can't be joined, so a tag that differs is of something else.
  const ignoresTag = inline !== undefined && hasVersion(inline) && !repeatsTag && !/image/i.test(parent);
  const at = (name: string | undefined) => (name === undefined ? undefined : get(name));
  const home = mapping && homeOf(mapping, { registry: registryKey, repository: key, tag: tagKey, digest: digestKey });
  return {
    registry: at(registryKey),
    repository,
    tag: ignoresTag ? undefined : at(tagKey),
    digest: at(digestKey),
    digestKey,
    moreDigests: full
      .slice(1)
      .map(at)
      .filter((value) => value !== undefined),
    ...(home && prefixes.includes('') ? { home } : {}),
  };
}

/** `sha` and `hash` may also be of a commit: then they are no part of the reference. */
function isDigestOrEmpty(key: string, value: Cursor | undefined): boolean {
  const text = nonEmptyText(value);
  if (text === undefined || /(?:digest|sha256)$/i.test(key) || text.includes(':')) return true;
  return readDigestValue(text) !== undefined || !/^[0-9A-Za-z._-]*$/.test(text);
}

/** The keys of a mapping for each part; a part that it doesn't have gets its usual key. */
function homeOf(mapping: Cursor, keys: Readonly<Record<ImagePart, string | undefined>>): Home {
  const parts = ['registry', 'repository', 'tag', 'digest'] as const;
  return { mapping, keys: parts.map((part) => ({ key: keys[part] ?? NAMES[part][0], part })) };
}
