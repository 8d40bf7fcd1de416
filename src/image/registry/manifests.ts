import type { HttpResponse } from '../../http/response.ts';
import { type Digest, digestOf, isDigest } from '../digest.ts';
import type { StoredManifest } from '../manifest.ts';
import { MANIFEST_TYPES } from '../media-types.ts';
import { pullScope, pushScope } from './auth/scope.ts';
import { RegistryError } from './error.ts';
import { type RegistryRepository, refusalBy } from './repository.ts';

const ACCEPT = MANIFEST_TYPES.join(', ');

/** The manifest of a tag or digest, its bytes verified; `undefined` if there is none. */
export async function findManifest(
  repository: RegistryRepository,
  reference: string,
): Promise<StoredManifest | undefined> {
  const response = await requestManifest(repository, 'GET', reference);
  if (response.status === 404) return undefined;
  const name = nameOf(repository, reference);
  if (!response.ok) throw await refusalBy(repository, { verb: 'pull', object: name }, response);
  const bytes = await response.bytes();
  const digest = digestOf(bytes);
  const expected = isDigest(reference) ? reference : digestHeader(response);
  if (expected !== undefined && expected !== digest) throw mismatch(repository, reference, expected, digest);
  return { mediaType: mediaTypeOf(response), digest, bytes };
}

/** @throws RegistryError `image-not-found` if the registry has no such manifest. */
export async function readManifest(repository: RegistryRepository, reference: string): Promise<StoredManifest> {
  const found = await findManifest(repository, reference);
  if (found) return found;
  throw notFound(repository, reference);
}

/** The digest of a tag; `undefined` if there is none. Reads the manifest only if the registry sends no digest header. */
export async function findDigest(repository: RegistryRepository, reference: string): Promise<Digest | undefined> {
  const response = await requestManifest(repository, 'HEAD', reference);
  if (response.status === 404) return undefined;
  if (!response.ok)
    throw await refusalBy(repository, { verb: 'look up', object: nameOf(repository, reference) }, response);
  return digestHeader(response) ?? (await findManifest(repository, reference))?.digest;
}

/** Pushes a manifest under a tag or its own digest. The blobs and manifests that it lists must be in the repository already. */
export async function putManifest(
  repository: RegistryRepository,
  reference: string,
  manifest: StoredManifest,
): Promise<void> {
  const { session, path } = repository;
  const response = await session.exchange({
    method: 'PUT',
    to: `/v2/${path}/manifests/${reference}`,
    headers: { 'content-type': manifest.mediaType },
    body: manifest.bytes,
    scopes: [pushScope(path)],
  });
  if (!response.ok)
    throw await refusalBy(repository, { verb: 'push', object: nameOf(repository, reference) }, response);
  const stored = digestHeader(response);
  if (stored !== undefined && stored !== manifest.digest)
    throw mismatch(repository, reference, manifest.digest, stored);
}

/** Reads a manifest that has just been pushed. Retries, since some registries replicate a push with a delay. */
export function readPushed(repository: RegistryRepository, digest: Digest): Promise<StoredManifest> {
  return eventually(repository, digest, () => findManifest(repository, digest));
}

/**
 * Verifies that a tag has a digest. Retries, since some registries replicate a push with a delay.
 * @throws RegistryError `digest-mismatch` if it has another digest, `image-not-found` if there is no such tag.
 */
export async function verifyTag(repository: RegistryRepository, tag: string, digest: Digest): Promise<void> {
  const found = await eventually(repository, tag, () => findDigest(repository, tag));
  if (found !== digest) throw mismatch(repository, tag, digest, found);
}

async function eventually<T>(
  repository: RegistryRepository,
  reference: string,
  find: () => Promise<T | undefined>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const found = await find();
    if (found !== undefined) return found;
    const reason = `${nameOf(repository, reference)} is not there yet`;
    await repository.session.waitToRetry(attempt, reason, () => notFound(repository, reference));
  }
}

export function nameOf({ name }: RegistryRepository, reference: string): string {
  return isDigest(reference) ? `${name}@${reference}` : `${name}:${reference}`;
}

function requestManifest(
  { session, path }: RegistryRepository,
  method: 'GET' | 'HEAD',
  reference: string,
): Promise<HttpResponse> {
  return session.exchange({
    method,
    to: `/v2/${path}/manifests/${reference}`,
    headers: { accept: ACCEPT },
    scopes: [pullScope(path)],
    redirects: 5,
  });
}

function digestHeader(response: HttpResponse): Digest | undefined {
  const value = response.header('docker-content-digest');
  return value !== undefined && isDigest(value) ? value : undefined;
}

function mediaTypeOf(response: HttpResponse): string {
  return (response.header('content-type')?.split(';', 1)[0] ?? '').trimEnd();
}

function notFound(repository: RegistryRepository, reference: string): RegistryError {
  return new RegistryError({
    code: 'image-not-found',
    message: `The registry has no image ${nameOf(repository, reference)}.`,
    remedy: 'Check the name and the tag or digest. Some registries hide images that the login may not see.',
    facts: { registry: repository.session.registry },
  });
}

function mismatch(repository: RegistryRepository, reference: string, expected: string, actual: string): RegistryError {
  return new RegistryError({
    code: 'digest-mismatch',
    message: `${nameOf(repository, reference)} should be ${expected}, but the registry has ${actual}.`,
    remedy:
      'Another job pushed the same name in the meantime, or a proxy changed the bytes: run again, and use one tag per commit.',
    facts: { registry: repository.session.registry },
  });
}
