import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { type Digest, sha256Digest } from '../digest.ts';
import type { Descriptor } from '../manifest.ts';
import { type Compression, OCI_LAYER } from '../media-types.ts';
import type { BlobSource } from '../registry/upload.ts';
import { compress } from './compress.ts';
import { type TarEntry, tar } from './tar.ts';

/** A layer in a file. It can be pushed repeatedly. */
export interface LayerFile extends BlobSource {
  readonly descriptor: Descriptor;
  /** The digest of the uncompressed archive, for the image config. */
  readonly diffId: Digest;
}

/** Writes a layer to a file in one pass and with constant memory. Equal entries, in the same order, give an equal layer. */
export async function writeLayer(
  entries: Iterable<TarEntry>,
  compression: Compression,
  file: string,
): Promise<LayerFile> {
  const uncompressed = createHash('sha256');
  const compressed = createHash('sha256');
  let size = 0;
  const meter = new PassThrough({ highWaterMark: 1024 * 1024 });
  meter.on('data', (chunk: Buffer) => {
    compressed.update(chunk);
    size += chunk.length;
  });
  const target = createWriteStream(file, { highWaterMark: 1024 * 1024 });
  const closed = new Promise<void>((resolve) => target.once('close', resolve));
  const written = pipeline(meter, target);
  try {
    await Promise.all([compress(hashing(tar(entries), uncompressed), compression, meter), finished(meter), written]);
  } finally {
    // Without this, a file that is still being opened could be created after its folder was removed.
    await closed;
  }
  const digest = sha256Digest(compressed.digest('hex'));
  return {
    descriptor: { mediaType: OCI_LAYER[compression], digest, size },
    diffId: sha256Digest(uncompressed.digest('hex')),
    digest,
    size,
    open: (start, end) =>
      end > start ? createReadStream(file, { start, end: end - 1, highWaterMark: 256 * 1024 }) : noBytes(),
  };
}

async function* hashing(bytes: AsyncIterable<Uint8Array>, hash: { update(chunk: Uint8Array): unknown }) {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
