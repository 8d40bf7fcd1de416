import type { Clock } from '../../core/clock.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Env } from '../../core/inputs.ts';
import type { Log } from '../../core/log.ts';
import type { Secrets } from '../../core/secrets.ts';
import type { Http } from '../../http/http.ts';
import { imageRepository, normalRepository, type RepositoryReference } from '../reference.ts';
import { findEndpoint } from './endpoint.ts';
import { findCredentials, type Login } from './keychain/keychain.ts';
import type { RegistryRepository } from './repository.ts';
import { RegistrySession } from './session.ts';

export interface RegistryOptions {
  readonly http: Http;
  readonly clock: Clock;
  readonly env: Env;
  readonly secrets: Secrets;
  readonly log: Pick<Log, 'info'>;
  readonly signal?: AbortSignal;
  /** A login typed by the user, and the registries that it is for; every other login comes from Docker's config. */
  readonly login?: Login | undefined;
  /** PEM certificates trusted beside the system's. */
  readonly ca?: string | undefined;
  /** Registries (`host[:port]`) that may be spoken to without TLS. */
  readonly insecure?: readonly string[];
  /** Attempts after the first one. Default 5. */
  readonly retries?: number;
}

/** Opens repositories of any registry; how each registry is spoken to is found out once. */
export class Registries {
  readonly #options: RegistryOptions;
  readonly #endpoints = new Map<string, ReturnType<typeof findEndpoint>>();
  readonly #repositories = new Map<string, Promise<RegistryRepository>>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** @throws ActionError `registry-unreachable`, `registry-certificate`, `registry-credentials` */
  repository(name: RepositoryReference): Promise<RegistryRepository> {
    const normal = normalRepository(name);
    const known = this.#repositories.get(normal);
    if (known) return known;
    const opened = this.#open(name, normal);
    this.#repositories.set(normal, opened);
    return opened;
  }

  async #open(name: RepositoryReference, normal: string): Promise<RegistryRepository> {
    const { http, ca, insecure = [], signal, clock, secrets, env, login, retries = 5, log } = this.#options;
    const [registry, path] = splitOnce(normal);
    let endpoint = this.#endpoints.get(registry);
    if (!endpoint) {
      endpoint = findEndpoint(registry, { http, ca, insecure, signal });
      this.#endpoints.set(registry, endpoint);
    }
    const session = new RegistrySession({
      endpoint: await endpoint,
      credentials: await findCredentials(registry, path, { login, env, secrets, signal }),
      clock,
      secrets,
      retries,
      signal,
      onRetry: ({ reason, waitMs }) => log.info(`  ${registry}: ${reason}; again in ${formatDuration(waitMs)}`),
    });
    return { name: imageRepository(name), path, session };
  }
}

/** The registry of a reference, as logins and `insecure-registries` name it. */
export function registryOf(name: RepositoryReference): string {
  return splitOnce(normalRepository(name))[0];
}

function splitOnce(name: string): [string, string] {
  const slash = name.indexOf('/');
  return [name.slice(0, slash), name.slice(slash + 1)];
}
