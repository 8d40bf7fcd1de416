import type { Digest } from '../digest.ts';
import { hasBlob } from './blobs.ts';
import type { RegistryRepository } from './repository.ts';
import {
  type BrokenUpload,
  cancelUpload,
  closeUpload,
  openUpload,
  sendChunk,
  uploadPosition,
} from './upload-requests.ts';

/** A blob whose bytes can be read repeatedly. */
export interface BlobSource {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start` (inclusive) to `end` (exclusive). */
  open(start: number, end: number): AsyncIterable<Uint8Array>;
}

export type PushOutcome = 'present' | 'mounted' | 'uploaded';

/** In bytes. A blob up to this size is sent with the request that closes its upload; the upload of a larger one can be resumed. */
export const MONOLITHIC_LIMIT = 16 * 1024 * 1024;
/** The size of a chunk, in bytes, if the registry or a proxy refuses a larger body. */
const CHUNK_SIZE = 32 * 1024 * 1024;

/** Pushes a blob, unless the repository has it. @param mountFrom a repository of the same registry that may have the blob */
export async function pushBlob(
  repository: RegistryRepository,
  blob: BlobSource,
  mountFrom?: string,
): Promise<PushOutcome> {
  for (let attempt = 0; ; attempt++) {
    if (await hasBlob(repository, blob.digest)) return attempt === 0 ? 'present' : 'uploaded';
    const mount = mountFrom === undefined ? undefined : { digest: blob.digest, from: mountFrom };
    const upload = await openUpload(repository, mount);
    if (upload.kind === 'mounted') return 'mounted';
    const broken = await sendBlob(repository, blob, upload.location);
    if (broken === undefined) return 'uploaded';
    await repository.session.waitToRetry(attempt, broken.reason, broken.error);
  }
}

/**
 * Opens and cancels an upload, to find out before a long build that the login may not push.
 * @throws RegistryError `registry-unauthorized`, `registry-denied`, `repository-not-found` …
 */
export async function requirePushAccess(repository: RegistryRepository): Promise<void> {
  const upload = await openUpload(repository);
  if (upload.kind === 'open') await cancelUpload(repository, upload.location);
}

async function sendBlob(
  repository: RegistryRepository,
  blob: BlobSource,
  location: string,
): Promise<BrokenUpload | undefined> {
  if (blob.size <= MONOLITHIC_LIMIT) return closeUpload(repository, blob, location, () => blob.open(0, blob.size));
  let position = { location, offset: 0 };
  let chunkSize = blob.size;
  let failures = 0;
  while (position.offset < blob.size) {
    const end = Math.min(blob.size, position.offset + chunkSize);
    const chunk = await sendChunk(repository, blob, position, end);
    if (chunk.kind === 'sent') {
      position = { location: chunk.location, offset: end };
      failures = 0;
    } else if (chunk.kind === 'too-large') {
      if (chunkSize <= CHUNK_SIZE) throw await chunk.error();
      chunkSize = CHUNK_SIZE;
      const upload = await openUpload(repository);
      if (upload.kind === 'mounted') return undefined;
      position = { location: upload.location, offset: 0 };
    } else {
      const resumed = await uploadPosition(repository, position.location);
      if (resumed === undefined || resumed.offset > blob.size) return chunk;
      await repository.session.waitToRetry(failures, chunk.reason, chunk.error);
      failures += 1;
      position = resumed;
    }
  }
  return closeUpload(repository, blob, position.location);
}
