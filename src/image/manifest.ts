import { defined } from '../core/defined.ts';
import { ActionError } from '../core/error.ts';
import { at, isObject, listAt, numberAt, objectAt, parseJson, stringAt } from '../json/json.ts';
import { type Digest, digestOf, isDigest } from './digest.ts';
import { isIndexType } from './media-types.ts';
import { type Platform, platformIn } from './platform.ts';

/** Points to a blob or a manifest (OCI image spec, "Content Descriptors"). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly urls?: readonly string[];
}

export interface ImageManifest {
  readonly kind: 'image';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface ImageIndex {
  readonly kind: 'index';
  readonly manifests: readonly Descriptor[];
}

/** A manifest as the registry stores it. The digest is that of exactly these bytes. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/** An index with all platforms and their attestations has some dozens of images. Each costs a request. */
const MAX_IMAGES = 500;

export function storedManifest(mediaType: string, content: object): StoredManifest {
  const bytes = Buffer.from(JSON.stringify(content));
  return { mediaType, bytes, digest: digestOf(bytes) };
}

export function descriptorOf({ mediaType, digest, bytes }: StoredManifest): Descriptor {
  return { mediaType, digest, size: bytes.length };
}

/** @throws ActionError `manifest-unsupported` if it is neither an image manifest nor an index. */
export function parseManifest(stored: StoredManifest, name: string): ImageManifest | ImageIndex {
  const content = parseJson(Buffer.from(stored.bytes).toString('utf8'));
  if (isAmbiguous(stored.mediaType, content)) throw unsupported(stored, name);
  if (isIndexType(stored.mediaType)) {
    const entries = listAt(content, 'manifests');
    if (entries.length > MAX_IMAGES) throw tooMany(name, entries.length);
    const manifests = entries.map(descriptorIn);
    if (manifests.every((entry) => entry !== undefined)) return { kind: 'index', manifests };
  }
  const config = descriptorIn(objectAt(content, 'config'));
  const layers = listAt(content, 'layers').map(descriptorIn);
  if (config && layers.every((entry) => entry !== undefined)) return { kind: 'image', config, layers };
  throw unsupported(stored, name);
}

/**
 * Whether the same bytes could be read as an image and as an index: only a header tells them apart, and the digest doesn't cover it
 * (CVE-2021-41190).
 */
function isAmbiguous(mediaType: string, content: unknown): boolean {
  const own = stringAt(content, 'mediaType');
  if (own !== undefined && isIndexType(own) !== isIndexType(mediaType)) return true;
  const foreign = isIndexType(mediaType) ? ['config', 'layers'] : ['manifests'];
  return foreign.some((key) => at(content, key) !== undefined);
}

function tooMany(name: string, count: number): ActionError {
  return new ActionError({
    code: 'manifest-unsupported',
    message: `${name} is an index of ${count.toLocaleString('en')} images; the limit is ${MAX_IMAGES}.`,
    remedy: 'Use an index with one image for each platform.',
  });
}

function unsupported({ mediaType }: StoredManifest, name: string): ActionError {
  return new ActionError({
    code: 'manifest-unsupported',
    message: `${name} has a manifest of type ${mediaType}, which is neither an image nor an index of images.`,
    remedy: 'Push the image again with a current tool, in the format of OCI or Docker schema 2.',
  });
}

function descriptorIn(value: unknown): Descriptor | undefined {
  const mediaType = stringAt(value, 'mediaType');
  const digest = stringAt(value, 'digest');
  const size = numberAt(value, 'size');
  if (mediaType === undefined || digest === undefined || !isDigest(digest) || size === undefined) return undefined;
  const platform = platformIn(objectAt(value, 'platform'));
  const annotations = stringsIn(objectAt(value, 'annotations'));
  const urls = listAt(value, 'urls').filter((url) => typeof url === 'string');
  return {
    mediaType,
    digest,
    size,
    ...defined({ platform, annotations, urls: urls.length > 0 ? urls : undefined }),
  };
}

function stringsIn(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]): [string, string][] => (typeof text === 'string' ? [[key, text]] : [])),
  );
}
