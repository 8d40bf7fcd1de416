import type { ActionError } from '../../core/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { refusal } from './refusal.ts';
import type { RegistrySession } from './session.ts';

/** A repository as an authenticated client sees it; what can be done with it stands in blobs.ts, upload.ts and manifests.ts. */
export interface RegistryRepository {
  /** As people write it, to be followed by `:tag` or `@digest`: `ghcr.io/acme/shop`. */
  readonly name: string;
  /** Its path in the API: `acme/shop`, `library/nginx`. */
  readonly path: string;
  readonly session: RegistrySession;
}

/** The error of a registry's refusal. @param operation stands after "to": `pull acme/shop:1.4.2` */
export function refusalBy(
  repository: RegistryRepository,
  operation: string,
  response: HttpResponse,
): Promise<ActionError> {
  const { session, path } = repository;
  return refusal(response, { registry: session.registry, repository: path, operation, login: session.login });
}
