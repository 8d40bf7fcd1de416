import { ActionError } from '../../../core/error.ts';
import type { Digest } from '../../../image/digest.ts';
import { type Descriptor, parseManifest } from '../../../image/manifest.ts';
import { formatPlatform, isSamePlatform, type Platform, platformIn } from '../../../image/platform.ts';
import { formatReference, type ImageReference } from '../../../image/reference.ts';
import { readSmallBlob } from '../../../image/registry/blobs.ts';
import { nameOf, readManifest } from '../../../image/registry/manifests.ts';
import type { RegistryRepository } from '../../../image/registry/repository.ts';
import { isObject, parseJson } from '../../../json/json.ts';
import { isConfigOf } from './config.ts';

/** The image that a new one is put on, for one platform. */
export interface BaseImage {
  readonly platform: Platform;
  readonly layers: readonly Descriptor[];
  readonly config: Readonly<Record<string, unknown>>;
}

export interface Bases {
  /** Of what was asked for: of the index, where it is one. */
  readonly digest: Digest;
  readonly images: readonly BaseImage[];
}

/** What to build on; scratch has no digest and lies nowhere. */
export interface ResolvedBase {
  readonly digest: Digest | undefined;
  readonly images: readonly BaseImage[];
  /** Where its layers are. */
  readonly from: RegistryRepository | undefined;
}

/** Reads manifests and configs of a base (its layers stay where they are) for each platform asked for. */
export async function readBase(
  from: RegistryRepository,
  reference: ImageReference,
  platforms: readonly Platform[],
): Promise<Bases> {
  const name = formatReference(reference);
  const stored = await readManifest(from, reference.digest ?? reference.tag ?? 'latest');
  const manifest = parseManifest(stored, name);
  if (manifest.kind === 'image') {
    const image = await readPlatformImage(from, stored.digest, platforms.length === 0);
    const missing = platforms.find((platform) => !isSamePlatform(platform, image.platform));
    if (missing) throw noPlatform(name, missing, [image.platform]);
    return { digest: stored.digest, images: [image] };
  }
  const offered = manifest.manifests.flatMap(({ platform, digest }) => (platform ? [{ platform, digest }] : []));
  const wanted = platforms.length > 0 ? platforms : [{ os: 'linux', architecture: 'amd64' }];
  const images = await Promise.all(
    wanted.map((platform) => {
      const found = offered.find((offer) => isSamePlatform(offer.platform, platform));
      if (!found)
        throw noPlatform(
          name,
          platform,
          offered.map((offer) => offer.platform),
        );
      return readPlatformImage(from, found.digest, false);
    }),
  );
  return { digest: stored.digest, images };
}

async function readPlatformImage(
  from: RegistryRepository,
  digest: Digest,
  platformOptional: boolean,
): Promise<BaseImage> {
  const name = nameOf(from, digest);
  const manifest = parseManifest(await readManifest(from, digest), name);
  if (manifest.kind === 'index') throw unusable(name, 'is an index inside an index');
  const config = parseJson((await readSmallBlob(from, manifest.config)).toString('utf8'));
  if (!isObject(config) || !isConfigOf(config, manifest.layers.length))
    throw unusable(name, 'has a config that does not fit its layers');
  const platform = platformIn(config) ?? (platformOptional ? { os: 'linux', architecture: 'amd64' } : undefined);
  if (!platform) throw unusable(name, 'names no platform');
  return { platform, layers: manifest.layers, config };
}

function noPlatform(name: string, platform: Platform, offered: readonly Platform[]): ActionError {
  return new ActionError({
    code: 'platform-not-found',
    message: `The base ${name} has no image for ${formatPlatform(platform)}.`,
    remedy: `It has ${offered.map(formatPlatform).join(', ') || 'none with a platform'}: change \`platforms\` or \`base\`.`,
  });
}

function unusable(name: string, what: string): ActionError {
  return new ActionError({
    code: 'base-unusable',
    message: `The base ${name} ${what}.`,
    remedy: 'Use an image that runs in containers, not an artifact of another kind.',
  });
}
