import { ActionError } from '../../core/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { type Digest, digestOf, isDigest } from '../digest.ts';
import type { StoredManifest } from '../manifest.ts';
import { MANIFEST_TYPES } from '../media-types.ts';
import { pullScope, pushScope } from './auth/scope.ts';
import { type RegistryRepository, refusalBy } from './repository.ts';

const ACCEPT = MANIFEST_TYPES.join(', ');

/** The manifest under a tag or digest, its bytes checked against its digest; `undefined` where there is none. */
export async function findManifest(
  repository: RegistryRepository,
  reference: string,
): Promise<StoredManifest | undefined> {
  const response = await ask(repository, 'GET', reference);
  if (response.status === 404) return undefined;
  if (!response.ok) throw await refusalBy(repository, `pull ${nameOf(repository, reference)}`, response);
  const bytes = await response.bytes();
  const digest = digestOf(bytes);
  const told = isDigest(reference) ? reference : digestHeader(response);
  if (told !== undefined && told !== digest) throw mismatch(nameOf(repository, reference), told, digest);
  return { mediaType: mediaTypeOf(response), digest, bytes };
}

/** @throws ActionError `image-not-found` where the registry has no such manifest. */
export async function readManifest(repository: RegistryRepository, reference: string): Promise<StoredManifest> {
  const found = await findManifest(repository, reference);
  if (found) return found;
  throw notFound(repository, reference);
}

/** The digest under a tag, without reading the manifest where the registry tells it; `undefined` where there is none. */
export async function findDigest(repository: RegistryRepository, reference: string): Promise<Digest | undefined> {
  const response = await ask(repository, 'HEAD', reference);
  if (response.status === 404) return undefined;
  if (!response.ok) throw await refusalBy(repository, `look up ${nameOf(repository, reference)}`, response);
  return digestHeader(response) ?? (await findManifest(repository, reference))?.digest;
}

/** Stores a manifest under a tag, or under its own digest. What it points to must be in the repository already. */
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
  if (!response.ok) throw await refusalBy(repository, `push ${nameOf(repository, reference)}`, response);
  const stored = digestHeader(response);
  if (stored !== undefined && stored !== manifest.digest)
    throw mismatch(nameOf(repository, reference), manifest.digest, stored);
}

/** A manifest that has just been pushed: registries that spread a push with delay are given time. */
export function readPushed(repository: RegistryRepository, digest: Digest): Promise<StoredManifest> {
  return eventually(repository, digest, () => findManifest(repository, digest));
}

/**
 * Proves that a tag leads to a digest. Registries that spread a push with delay are given time.
 * @throws ActionError `digest-mismatch` where it leads elsewhere, `image-not-found` where it leads nowhere.
 */
export async function verifyTag(repository: RegistryRepository, tag: string, digest: Digest): Promise<void> {
  const found = await eventually(repository, tag, () => findDigest(repository, tag));
  if (found !== digest) throw mismatch(nameOf(repository, tag), digest, found);
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

function ask({ session, path }: RegistryRepository, method: 'GET' | 'HEAD', reference: string): Promise<HttpResponse> {
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
  return (response.header('content-type') ?? '').replace(/\s*;.*$/, '');
}

function notFound(repository: RegistryRepository, reference: string): ActionError {
  return new ActionError({
    code: 'image-not-found',
    message: `The registry has no image ${nameOf(repository, reference)}.`,
    remedy: 'Check the name and the tag or digest; some registries also answer so where the login may not see it.',
  });
}

function mismatch(name: string, expected: string, got: string): ActionError {
  return new ActionError({
    code: 'digest-mismatch',
    message: `${name} should be ${expected}, but the registry has ${got}.`,
    remedy:
      'Somebody else pushed the same name meanwhile, or something on the way changed the bytes: run again, and use one tag per commit.',
  });
}
