import { createHash } from 'node:crypto';
import { ActionError, messageOf } from '../../core/error.ts';
import { NetworkError } from '../../http/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { type Digest, sha256Digest } from '../digest.ts';
import type { Descriptor } from '../manifest.ts';
import { pullScope } from './auth/scope.ts';
import { networkError } from './endpoint.ts';
import { type RegistryRepository, refusalBy } from './repository.ts';

type Blob = Pick<Descriptor, 'digest' | 'size'>;

/** Largest blob that is read into memory (image configs), in bytes. */
const SMALL = 16 * 1024 * 1024;

/** Whether a blob is in a repository. */
export async function hasBlob(repository: RegistryRepository, digest: Digest): Promise<boolean> {
  const { session, path } = repository;
  const response = await session.exchange({
    method: 'HEAD',
    to: blobPath(path, digest),
    scopes: [pullScope(path)],
    redirects: 5,
  });
  if (response.ok) return true;
  if (response.status === 404) return false;
  throw await refusalBy(repository, `look up a blob of ${path}`, response);
}

/** A small blob, whole and checked. */
export async function readSmallBlob(repository: RegistryRepository, blob: Blob): Promise<Buffer> {
  if (blob.size > SMALL)
    throw new ActionError({
      code: 'manifest-unsupported',
      message: `The config of ${repository.name} is said to have ${blob.size} bytes.`,
      remedy: 'No image config is that large: check the image.',
    });
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBlob(repository, blob)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * The bytes of a blob from `start`, piece by piece; a broken connection is taken up where it broke. Read from its beginning
 * to its end it is checked: @throws ActionError `digest-mismatch` where its bytes are others than its digest says.
 */
export async function* readBlob(repository: RegistryRepository, blob: Blob, start = 0): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let offset = start;
  for (let attempt = 0; offset < blob.size || attempt === 0; attempt++) {
    try {
      for await (const chunk of open(repository, blob, offset)) {
        hash.update(chunk);
        offset += chunk.length;
        // More than there should be: it is found wrong below, before it fills the memory.
        if (offset > blob.size) break;
        yield chunk;
      }
      break;
    } catch (thrown) {
      if (!(thrown instanceof NetworkError)) throw thrown;
      const { session } = repository;
      if (thrown.isCertificate) throw networkError(session.registry, thrown);
      await session.waitToRetry(attempt, messageOf(thrown), () => networkError(session.registry, thrown));
    }
  }
  const digest = sha256Digest(hash.digest('hex'));
  if (offset !== blob.size || (start === 0 && digest !== blob.digest))
    throw new ActionError({
      code: 'digest-mismatch',
      message: `A blob of ${repository.name} should be ${blob.digest} with ${blob.size} bytes, but the registry sent ${start === 0 ? digest : 'others'} with ${offset} bytes.`,
      remedy: 'The registry or something on the way changed the bytes: run again; if it stays, push that image again.',
    });
}

async function* open(
  repository: RegistryRepository,
  { digest, size }: Blob,
  offset: number,
): AsyncGenerator<Uint8Array> {
  const { session, path } = repository;
  const response = await session.once({
    to: blobPath(path, digest),
    headers: offset > 0 ? { range: `bytes=${offset}-${size - 1}` } : {},
    scopes: [pullScope(path)],
    redirects: 5,
  });
  if (!response.ok) {
    if (isTransientResponse(response)) {
      const { status } = await response.whole();
      throw new NetworkError({ method: 'GET', url: response.url, cause: new Error(`HTTP ${status}`) });
    }
    throw await refusalBy(repository, `pull a layer of ${repository.name}`, response);
  }
  // A server that does not know ranges sends it all again.
  let skip = response.status === 206 ? 0 : offset;
  for await (const chunk of response.stream()) {
    const rest = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

/** Whether the same request may be answered better in a moment. */
export function isTransientResponse({ status }: HttpResponse): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function blobPath(path: string, digest: Digest): string {
  return `/v2/${path}/blobs/${digest}`;
}
