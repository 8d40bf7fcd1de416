import { inParallel } from '../../core/parallel.ts';
import { parseJson } from '../../json/json.ts';
import type { Digest } from '../digest.ts';
import { type Descriptor, parseManifest, type StoredManifest } from '../manifest.ts';
import { type Platform, platformIn } from '../platform.ts';
import { readSmallBlob } from './blobs.ts';
import { nameOf, readManifest } from './manifests.ts';
import type { RegistryRepository } from './repository.ts';

/** The image or index of a tag or digest, with the image of each platform (only one, if it isn't an index). */
export interface ResolvedImage {
  readonly digest: Digest;
  readonly platforms: readonly PlatformDigest[];
  /** Bytes of the image's configs and compressed layers, each blob once. */
  readonly size: number;
}

export interface PlatformDigest {
  readonly platform: Platform;
  readonly digest: Digest;
}

/** Finds the image of each platform. Ignores the attestations of an index: they have no platform. */
export async function resolvePlatforms(repository: RegistryRepository, reference: string): Promise<ResolvedImage> {
  const stored = await readManifest(repository, reference);
  const name = nameOf(repository, reference);
  const manifest = parseManifest(stored, name);
  if (manifest.kind === 'image') {
    const config = parseJson((await readSmallBlob(repository, manifest.config)).toString('utf8'));
    const platform = platformIn(config) ?? { os: 'linux', architecture: 'amd64' };
    const size = sizeOf([manifest.config, ...manifest.layers]);
    return { digest: stored.digest, platforms: [{ platform, digest: stored.digest }], size };
  }
  const images = manifest.manifests.flatMap(({ platform, digest }) => (platform ? [{ platform, digest }] : []));
  const blobs: Descriptor[] = [];
  await inParallel([...new Set(images.map(({ digest }) => digest))], 8, async (digest) => {
    for (const blob of await blobsOf(repository, digest)) blobs.push(blob);
  });
  return { digest: stored.digest, platforms: images, size: sizeOf(blobs) };
}

async function blobsOf(repository: RegistryRepository, digest: Digest): Promise<readonly Descriptor[]> {
  const stored: StoredManifest = await readManifest(repository, digest);
  const manifest = parseManifest(stored, nameOf(repository, digest));
  return manifest.kind === 'image' ? [manifest.config, ...manifest.layers] : [];
}

function sizeOf(blobs: readonly Descriptor[]): number {
  return [...new Map(blobs.map(({ digest, size }) => [digest, size])).values()].reduce((sum, size) => sum + size, 0);
}
