import { ActionError, messageOf } from '../../core/error.ts';
import { NetworkError } from '../../http/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import type { Digest } from '../digest.ts';
import { pullScope, pushScope } from './auth/scope.ts';
import { hasBlob, isTransientResponse } from './blobs.ts';
import { networkError } from './endpoint.ts';
import { type RegistryRepository, refusalBy } from './repository.ts';

/** Bytes that can be read as often as needed. */
export interface BlobSource {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start` (inclusive) to `end` (exclusive). */
  open(start: number, end: number): AsyncIterable<Uint8Array>;
}

export type PushOutcome = 'present' | 'mounted' | 'uploaded';

/** A blob of at most so many bytes goes with the request that closes its upload; a larger one can be taken up where it broke. */
export const MONOLITHIC_LIMIT = 16 * 1024 * 1024;
/** Size of the pieces for a registry (or a proxy before it) that refuses a large body. */
const PIECE = 32 * 1024 * 1024;

/** Brings a blob to a repository: looks, mounts it from another repository of the registry where one is named, or uploads it. */
export async function pushBlob(
  repository: RegistryRepository,
  blob: BlobSource,
  mountFrom?: string,
): Promise<PushOutcome> {
  for (let attempt = 0; ; attempt++) {
    if (await hasBlob(repository, blob.digest)) return attempt === 0 ? 'present' : 'uploaded';
    const begun = await begin(
      repository,
      mountFrom === undefined ? undefined : { digest: blob.digest, from: mountFrom },
    );
    if (begun.kind === 'mounted') return 'mounted';
    const broken = await transfer(repository, blob, begun.location);
    if (broken === undefined) return 'uploaded';
    await repository.session.waitToRetry(attempt, broken.reason, broken.error);
  }
}

/**
 * Proves that the login may push, by opening an upload and giving it up: better known before a long build than after it.
 * @throws ActionError `registry-unauthorized`, `registry-denied`, `repository-not-found` …
 */
export async function requirePushAccess(repository: RegistryRepository): Promise<void> {
  const begun = await begin(repository);
  if (begun.kind === 'mounted') return;
  // Whether the registry can take an upload back is its own affair: it forgets it by itself after a while.
  await repository.session.exchange({ method: 'DELETE', to: begun.location, scopes: [pushScope(repository.path)] });
}

type Begun = { readonly kind: 'mounted' } | { readonly kind: 'open'; readonly location: string };

/** An upload that did not end, for a reason that may pass. */
interface Broken {
  readonly reason: string;
  readonly error: () => Promise<Error> | Error;
}

async function begin(
  repository: RegistryRepository,
  wanted?: { readonly digest: Digest; readonly from: string },
): Promise<Begun> {
  const { session, path } = repository;
  const mount = wanted === undefined ? '' : `?mount=${wanted.digest}&from=${encodeURIComponent(wanted.from)}`;
  const response = await session.exchange({
    method: 'POST',
    to: `/v2/${path}/blobs/uploads/${mount}`,
    headers: { 'content-length': '0' },
    scopes: wanted === undefined ? [pushScope(path)] : [pushScope(path), pullScope(wanted.from)],
  });
  if (response.status === 201) return { kind: 'mounted' };
  // Registries may refuse a mount that the login may not do, instead of opening an upload.
  if (wanted !== undefined && response.status >= 400 && response.status < 500) return begin(repository);
  if (response.status !== 202) throw await refusalBy(repository, `push to ${repository.name}`, response);
  return { kind: 'open', location: locationOf(response) };
}

async function transfer(
  repository: RegistryRepository,
  blob: BlobSource,
  location: string,
): Promise<Broken | undefined> {
  if (blob.size <= MONOLITHIC_LIMIT) return close(repository, blob, location, () => blob.open(0, blob.size));
  let at = { location, offset: 0 };
  let piece = blob.size;
  for (let attempt = 0; at.offset < blob.size; attempt++) {
    const end = Math.min(blob.size, at.offset + piece);
    const sent = await patch(repository, blob, at, end);
    if (sent.kind === 'sent') {
      at = { location: sent.location, offset: end };
      attempt = -1;
      continue;
    }
    if (sent.kind === 'too-large' && piece > PIECE) {
      piece = PIECE;
      const again = await begin(repository);
      if (again.kind === 'mounted') return undefined;
      at = { location: again.location, offset: 0 };
      continue;
    }
    if (sent.kind === 'too-large') throw await sent.error();
    const resumed = await progress(repository, at.location);
    if (resumed === undefined || resumed.offset > blob.size) return sent;
    await repository.session.waitToRetry(attempt, sent.reason, sent.error);
    at = resumed;
  }
  return close(repository, blob, at.location, undefined);
}

type Sent = { readonly kind: 'sent'; readonly location: string } | ({ readonly kind: 'broken' | 'too-large' } & Broken);

async function patch(
  repository: RegistryRepository,
  blob: BlobSource,
  { location, offset }: { location: string; offset: number },
  end: number,
): Promise<Sent> {
  const outcome = await attempt(repository, {
    method: 'PATCH',
    to: location,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(end - offset),
      // One piece from the beginning goes without a range, as the common clients send it: every registry takes that.
      ...(offset === 0 && end === blob.size ? {} : { 'content-range': `${offset}-${end - 1}` }),
    },
    body: () => blob.open(offset, end),
  });
  if (outcome.kind === 'broken') return outcome;
  const { response } = outcome;
  if (response.status === 413)
    return {
      kind: 'too-large',
      reason: 'HTTP 413',
      error: () => refusalBy(repository, `push to ${repository.name}`, response),
    };
  return { kind: 'sent', location: locationOf(response) };
}

/** How far the registry has got with an upload (`Range: 0-<last byte>`); `undefined` where it gave the upload up. */
async function progress(repository: RegistryRepository, location: string) {
  const response = await repository.session.exchange({ to: location, scopes: [pushScope(repository.path)] });
  const range = /^(?:bytes=)?0-(\d+)$/.exec(response.header('range') ?? '');
  if (response.status !== 204 || !range) return undefined;
  const last = Number(range[1]);
  // `0-0` says both nothing and one byte: beginning anew is right for either.
  return last === 0 ? undefined : { location: locationOf(response), offset: last + 1 };
}

async function close(
  repository: RegistryRepository,
  blob: BlobSource,
  location: string,
  body: (() => AsyncIterable<Uint8Array>) | undefined,
): Promise<Broken | undefined> {
  const to = `${location}${location.includes('?') ? '&' : '?'}digest=${blob.digest}`;
  const headers = { 'content-type': 'application/octet-stream', 'content-length': body ? String(blob.size) : '0' };
  const outcome = await attempt(repository, { method: 'PUT', to, headers, ...(body ? { body } : {}) });
  if (outcome.kind === 'broken') return outcome;
  if (outcome.response.status === 413)
    throw await refusalBy(repository, `push to ${repository.name}`, outcome.response);
  return undefined;
}

type Outcome = { readonly kind: 'answered'; readonly response: HttpResponse } | ({ readonly kind: 'broken' } & Broken);

/** Sends a part of an upload once. Answers that only say "begin anew" are broken, any other refusal is thrown. */
async function attempt(
  repository: RegistryRepository,
  request: {
    readonly method: string;
    readonly to: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: () => AsyncIterable<Uint8Array>;
  },
): Promise<Outcome> {
  const { session, path } = repository;
  const operation = `push to ${repository.name}`;
  try {
    const response = await (await session.once({ ...request, scopes: [pushScope(path)] })).whole();
    if (response.ok || response.status === 413) return { kind: 'answered', response };
    // The upload is unknown or elsewhere than we think: what is true is found out by beginning anew.
    if (isTransientResponse(response) || response.status === 404 || response.status === 416)
      return {
        kind: 'broken',
        reason: `HTTP ${response.status}`,
        error: () => refusalBy(repository, operation, response),
      };
    const error = await refusalBy(repository, operation, response);
    if (error.code !== 'upload-lost') throw error;
    return { kind: 'broken', reason: error.message, error: () => error };
  } catch (thrown) {
    if (!(thrown instanceof NetworkError)) throw thrown;
    // The source of the bytes failed, not the registry.
    if (thrown.cause instanceof ActionError) throw thrown.cause;
    const problem = networkError(session.registry, thrown);
    if (thrown.isCertificate) throw problem;
    return { kind: 'broken', reason: messageOf(thrown), error: () => problem };
  }
}

function locationOf(response: HttpResponse): string {
  const location = response.header('location');
  if (location !== undefined) return new URL(location, response.url).href;
  throw new ActionError({
    code: 'registry-refused',
    message: `${response.url.host} opened an upload without telling where (no Location header).`,
    remedy: 'This breaks the OCI distribution protocol: check that the address is a registry, and any proxy before it.',
  });
}
