import { defined } from '../../core/defined.ts';
import { ActionError, messageOf } from '../../core/error.ts';
import { NetworkError } from '../../http/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import type { Digest } from '../digest.ts';
import { pullScope, pushScope } from './auth/scope.ts';
import { isTransientResponse } from './blobs.ts';
import { RegistryError } from './error.ts';
import { networkError } from './network-error.ts';
import type { RegistryOperation } from './refusal.ts';
import { type RegistryRepository, refusalBy } from './repository.ts';

type Chunks = () => AsyncIterable<Uint8Array>;

/** How far an upload is. */
export interface UploadPosition {
  readonly location: string;
  /** Bytes that the registry has. */
  readonly offset: number;
}

export type OpenedUpload = { readonly kind: 'mounted' } | { readonly kind: 'open'; readonly location: string };

/** An upload that failed for a reason that may be temporary. */
export interface BrokenUpload {
  readonly reason: string;
  readonly error: () => Promise<Error> | Error;
}

export type ChunkResult =
  | { readonly kind: 'sent'; readonly location: string }
  | ({ readonly kind: 'broken' | 'too-large' } & BrokenUpload);

/** Opens an upload. @param mount a blob that another repository of the registry has: it is mounted if the registry allows that. */
export async function openUpload(
  repository: RegistryRepository,
  mount?: { readonly digest: Digest; readonly from: string },
): Promise<OpenedUpload> {
  const { session, path } = repository;
  const query = mount === undefined ? '' : `?mount=${mount.digest}&from=${encodeURIComponent(mount.from)}`;
  const response = await session.exchange({
    method: 'POST',
    to: `/v2/${path}/blobs/uploads/${query}`,
    headers: { 'content-length': '0' },
    scopes: mount === undefined ? [pushScope(path)] : [pushScope(path), pullScope(mount.from)],
  });
  if (response.status === 201) return { kind: 'mounted' };
  // Some registries refuse a mount that the login doesn't allow, instead of opening an upload.
  if (mount !== undefined && response.status >= 400 && response.status < 500) return openUpload(repository);
  if (response.status !== 202) throw await refusalBy(repository, pushTo(repository), response);
  return { kind: 'open', location: locationOf(response, repository) };
}

/** Cancels an upload. A registry may ignore that: it drops unfinished uploads after a while. */
export async function cancelUpload({ session, path }: RegistryRepository, location: string): Promise<void> {
  await session.exchange({ method: 'DELETE', to: location, scopes: [pushScope(path)] });
}

/** Sends the bytes of a blob from the position to `end`. */
export async function sendChunk(
  repository: RegistryRepository,
  blob: { readonly size: number; open(start: number, end: number): AsyncIterable<Uint8Array> },
  { location, offset }: UploadPosition,
  end: number,
): Promise<ChunkResult> {
  const isWhole = offset === 0 && end === blob.size;
  const outcome = await sendOnce(repository, {
    method: 'PATCH',
    to: location,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(end - offset),
      // A whole blob goes without a range, as other clients send it: every registry accepts that.
      ...(isWhole ? {} : { 'content-range': `${offset}-${end - 1}` }),
    },
    body: () => blob.open(offset, end),
  });
  if (outcome.kind === 'broken') return outcome;
  const { response } = outcome;
  if (response.status === 413)
    return {
      kind: 'too-large',
      reason: 'HTTP 413',
      error: () => refusalBy(repository, pushTo(repository), response),
    };
  return { kind: 'sent', location: locationOf(response, repository) };
}

/** How far the registry is with an upload (`Range: 0-<last byte>`); `undefined` if it has dropped the upload. */
export async function uploadPosition(
  repository: RegistryRepository,
  location: string,
): Promise<UploadPosition | undefined> {
  const response = await repository.session.exchange({ to: location, scopes: [pushScope(repository.path)] });
  const range = /^(?:bytes=)?0-(\d+)$/.exec(response.header('range') ?? '');
  if (response.status !== 204 || !range) return undefined;
  const last = Number(range[1]);
  // `0-0` means one byte or none: starting again is right in both cases.
  return last === 0 ? undefined : { location: locationOf(response, repository), offset: last + 1 };
}

/** Closes an upload. @param body the whole blob, if it hasn't been sent yet */
export async function closeUpload(
  repository: RegistryRepository,
  blob: { readonly digest: Digest; readonly size: number },
  location: string,
  body?: Chunks,
): Promise<BrokenUpload | undefined> {
  const to = `${location}${location.includes('?') ? '&' : '?'}digest=${blob.digest}`;
  const headers = { 'content-type': 'application/octet-stream', 'content-length': body ? String(blob.size) : '0' };
  const outcome = await sendOnce(repository, { method: 'PUT', to, headers, ...defined({ body }) });
  if (outcome.kind === 'broken') return outcome;
  if (outcome.response.status === 413) throw await refusalBy(repository, pushTo(repository), outcome.response);
  return undefined;
}

type Outcome =
  | { readonly kind: 'response'; readonly response: HttpResponse }
  | ({ readonly kind: 'broken' } & BrokenUpload);

/** Sends a part of an upload once. A failure after which a new upload may succeed is `broken`; any other refusal is thrown. */
async function sendOnce(
  repository: RegistryRepository,
  request: {
    readonly method: string;
    readonly to: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: Chunks;
  },
): Promise<Outcome> {
  const { session, path } = repository;
  const operation = pushTo(repository);
  try {
    const response = await (await session.once({ ...request, scopes: [pushScope(path)] })).buffered();
    if (response.ok || response.status === 413) return { kind: 'response', response };
    // 404 and 416: the registry has dropped the upload, or has other bytes of it than we think.
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
    const error = networkError(session.registry, thrown);
    if (thrown.isCertificate) throw error;
    return { kind: 'broken', reason: messageOf(thrown), error: () => error };
  }
}

function pushTo({ name }: RegistryRepository): RegistryOperation {
  return { verb: 'push to', object: name };
}

function locationOf(response: HttpResponse, { session }: RegistryRepository): string {
  const location = session.locationOf(response);
  if (location !== undefined) return location;
  throw new RegistryError({
    code: 'registry-refused',
    message: `${response.url.host} opened an upload without a Location header.`,
    remedy:
      'This violates the OCI distribution spec: check that the address is a registry, and any proxy in front of it.',
    facts: { registry: session.registry },
  });
}
