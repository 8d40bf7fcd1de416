import { ActionError } from '../../../core/error.ts';
import type { Digest } from '../../../image/digest.ts';
import { type Descriptor, parseManifest } from '../../../image/manifest.ts';
import { formatPlatform, isSamePlatform, type Platform, platformIn } from '../../../image/platform.ts';
import { formatReference, type ImageReference } from '../../../image/reference.ts';
import { readSmallBlob } from '../../../image/registry/blobs.ts';
import { nameOf, readManifest } from '../../../image/registry/manifests.ts';
import type { RegistryRepository } from '../../../image/registry/repository.ts';
import { isObject, parseJson } from '../../../json/json.ts';
import { isConfigFor } from './config.ts';

export const DEFAULT_PLATFORM: Platform = { os: 'linux', architecture: 'amd64' };

/** The image that the new one is built on, for one platform. */
export interface BaseImage {
  readonly platform: Platform;
  readonly layers: readonly Descriptor[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** What to build on. `scratch` has no digest and no repository. */
export interface ResolvedBase {
  /** Of the index, if the base is one. */
  readonly digest: Digest | undefined;
  readonly images: readonly BaseImage[];
  /** The repository with its layers. */
  readonly from: RegistryRepository | undefined;
}

/** Reads the manifest and config of a base for each platform. Its layers aren't downloaded. */
export async function resolveBase(
  from: RegistryRepository,
  reference: ImageReference,
  platforms: readonly Platform[],
): Promise<ResolvedBase> {
  const name = formatReference(reference);
  const stored = await readManifest(from, reference.digest ?? reference.tag ?? 'latest');
  const manifest = parseManifest(stored, name);
  const { digest } = stored;
  if (manifest.kind === 'image') {
    const image = await readBaseImage(from, digest, platforms.length === 0);
    const missing = platforms.find((platform) => !isSamePlatform(platform, image.platform));
    if (missing) throw noPlatform(name, missing, [image.platform]);
    return { digest, images: [image], from };
  }
  const available = manifest.manifests.flatMap((each) =>
    each.platform ? [{ platform: each.platform, digest: each.digest }] : [],
  );
  const wanted = platforms.length > 0 ? platforms : [DEFAULT_PLATFORM];
  const digests = wanted.map((platform) => {
    const found = available.find((each) => isSamePlatform(each.platform, platform));
    if (found) return found.digest;
    const others = available.map((each) => each.platform);
    throw noPlatform(name, platform, others);
  });
  const images = await Promise.all(digests.map((each) => readBaseImage(from, each, false)));
  return { digest, images, from };
}

/** @param platformOptional whether a config without a platform counts as one for the default platform */
async function readBaseImage(from: RegistryRepository, digest: Digest, platformOptional: boolean): Promise<BaseImage> {
  const name = nameOf(from, digest);
  const manifest = parseManifest(await readManifest(from, digest), name);
  if (manifest.kind === 'index') throw unusable(name, 'is an index inside an index');
  const config = parseJson((await readSmallBlob(from, manifest.config)).toString('utf8'));
  if (!isObject(config) || !isConfigFor(config, manifest.layers.length))
    throw unusable(name, 'has a config that does not match its layers');
  const platform = platformIn(config) ?? (platformOptional ? DEFAULT_PLATFORM : undefined);
  if (!platform) throw unusable(name, 'has no platform in its config');
  return { platform, layers: manifest.layers, config };
}

function noPlatform(name: string, platform: Platform, available: readonly Platform[]): ActionError {
  return new ActionError({
    code: 'platform-not-found',
    message: `The base ${name} has no image for ${formatPlatform(platform)}.`,
    remedy: `It has ${available.map(formatPlatform).join(', ') || 'none with a platform'}: change \`platforms\` or \`base\`.`,
  });
}

function unusable(name: string, problem: string): ActionError {
  return new ActionError({
    code: 'base-unusable',
    message: `The base ${name} ${problem}.`,
    remedy: 'Use a container image, not an artifact of another kind.',
  });
}
