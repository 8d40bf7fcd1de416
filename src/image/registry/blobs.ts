import { createHash } from 'node:crypto';
import { messageOf } from '../../core/error.ts';
import { NetworkError } from '../../http/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { type Digest, sha256Digest } from '../digest.ts';
import type { Descriptor } from '../manifest.ts';
import { pullScope } from './auth/scope.ts';
import { RegistryError } from './error.ts';
import { networkError } from './network-error.ts';
import { type RegistryRepository, refusalBy } from './repository.ts';

type Blob = Pick<Descriptor, 'digest' | 'size'>;

/** The largest blob that is read into memory (image configs), in bytes. */
const MAX_CONFIG_SIZE = 16 * 1024 * 1024;

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
  throw await refusalBy(repository, { verb: 'look up', object: `blob ${digest} of ${path}` }, response);
}

/** A small blob, complete and verified. */
export async function readSmallBlob(repository: RegistryRepository, blob: Blob): Promise<Buffer> {
  if (blob.size > MAX_CONFIG_SIZE)
    throw new RegistryError({
      code: 'manifest-unsupported',
      message: `The config of ${repository.name} has ${blob.size} bytes, according to its manifest.`,
      remedy: 'No image config is that large: check the image.',
      facts: { registry: repository.session.registry },
    });
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBlob(repository, blob)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * The bytes of a blob from `start`. A broken download is resumed. A blob that is read completely is verified.
 * @throws RegistryError `digest-mismatch` if the bytes don't have the blob's digest.
 */
export async function* readBlob(repository: RegistryRepository, blob: Blob, start = 0): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let offset = start;
  for (let attempt = 0; offset < blob.size || attempt === 0; attempt++) {
    try {
      for await (const chunk of open(repository, blob, offset)) {
        hash.update(chunk);
        offset += chunk.length;
        // Too many bytes: stop before they fill the memory. The check below reports it.
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
    throw new RegistryError({
      code: 'digest-mismatch',
      message: `A blob of ${repository.name} should have ${blob.size} bytes and the digest ${blob.digest}, but the registry sent ${offset} bytes${start === 0 ? ` with the digest ${digest}` : ''}.`,
      remedy:
        'The registry, or a proxy in front of it, changed the bytes: run again. If it happens again, push that image again.',
      facts: { registry: repository.session.registry },
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
      const { status } = await response.buffered();
      throw new NetworkError({ method: 'GET', url: response.url, cause: new Error(`HTTP ${status}`) });
    }
    throw await refusalBy(repository, { verb: 'pull', object: `blob ${digest} of ${repository.name}` }, response);
  }
  // A server without support for ranges sends the blob from its first byte.
  let skip = response.status === 206 ? 0 : offset;
  for await (const chunk of response.stream()) {
    const rest = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

/** Whether the same request may succeed a moment later. */
export function isTransientResponse({ status }: HttpResponse): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function blobPath(path: string, digest: Digest): string {
  return `/v2/${path}/blobs/${digest}`;
}
