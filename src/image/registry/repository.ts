import type { HttpResponse } from '../../http/response.ts';
import type { RegistryError } from './error.ts';
import { type RegistryOperation, refusal } from './refusal.ts';
import type { RegistrySession } from './session.ts';

/** A repository of a registry, with a session to use it. The operations are in blobs.ts, upload.ts and manifests.ts. */
export interface RegistryRepository {
  /** As people write it: `ghcr.io/acme/shop`. `:tag` or `@digest` may follow. */
  readonly name: string;
  /** Its path in the API: `acme/shop`, `library/nginx`. */
  readonly path: string;
  readonly session: RegistrySession;
}

/** The error for a response by which the registry refuses an operation. */
export function refusalBy(
  { session, path }: RegistryRepository,
  operation: RegistryOperation,
  response: HttpResponse,
): Promise<RegistryError> {
  return refusal(response, { registry: session.registry, repository: path, operation, login: session.login });
}
