import { type Descriptor, parseManifest, type StoredManifest } from '../manifest.ts';
import { isForeignLayer } from '../media-types.ts';
import { readBlob } from './blobs.ts';
import { nameOf, putManifest, readManifest } from './manifests.ts';
import type { RegistryRepository } from './repository.ts';
import { type BlobSource, type PushOutcome, pushBlob } from './upload.ts';

/**
 * Copies a blob to another repository: by mounting it if both are in one registry, else by streaming.
 * @param observe may wrap the source, to watch the bytes that are sent
 */
export async function copyBlob(
  from: RegistryRepository,
  to: RegistryRepository,
  blob: Descriptor,
  observe: (source: BlobSource) => BlobSource = (source) => source,
): Promise<PushOutcome> {
  if (isForeignLayer(blob.mediaType)) return 'present';
  const mountFrom = from.session.registry === to.session.registry ? from.path : undefined;
  const { digest, size } = blob;
  const open = (start: number, end: number) => firstBytes(readBlob(from, blob, start), end - start);
  return pushBlob(to, observe({ digest, size, open }), mountFrom);
}

/** Copies an image, or an index with all its images, to another repository. The digest stays the same. */
export async function copyImage(
  from: RegistryRepository,
  to: RegistryRepository,
  stored: StoredManifest,
): Promise<void> {
  const manifest = parseManifest(stored, nameOf(from, stored.digest));
  if (manifest.kind === 'image') {
    for (const blob of [...manifest.layers, manifest.config]) await copyBlob(from, to, blob);
  } else {
    for (const { digest } of manifest.manifests) await copyImage(from, to, await readManifest(from, digest));
  }
  await putManifest(to, stored.digest, stored);
}

async function* firstBytes(bytes: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const chunk of bytes) {
    if (left <= 0) return;
    yield chunk.subarray(0, left);
    left -= chunk.length;
  }
}
