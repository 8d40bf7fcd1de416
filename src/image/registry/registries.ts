import { formatDuration } from '../../core/duration.ts';
import type { Log } from '../../core/log.ts';
import { imageRepository, normalRepository, type RepositoryReference } from '../reference.ts';
import { findEndpoint } from './endpoint.ts';
import { Keychain, type KeychainContext } from './keychain/keychain.ts';
import type { LoginTarget } from './keychain/login-source.ts';
import type { RegistryRepository } from './repository.ts';
import { RegistrySession } from './session.ts';

export interface RegistryOptions extends KeychainContext {
  readonly log: Pick<Log, 'info'>;
  /** PEM certificates to trust in addition to the system's. */
  readonly ca?: string | undefined;
  /** Registries (`host[:port]`) that may be used without TLS. */
  readonly insecure?: readonly string[];
  /** Attempts after the first one. Default 5. */
  readonly retries?: number;
}

/** Opens repositories of any registry. Each registry's endpoint and each repository's login are found once. */
export class Registries {
  readonly keychain: Keychain;
  readonly #options: RegistryOptions;
  readonly #endpoints = new Map<string, ReturnType<typeof findEndpoint>>();
  readonly #repositories = new Map<string, Promise<RegistryRepository>>();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.keychain = new Keychain(options);
  }

  /** @throws RegistryError `registry-unreachable`, `registry-certificate`, `registry-credentials` */
  repository(name: RepositoryReference): Promise<RegistryRepository> {
    const normal = normalRepository(name);
    const known = this.#repositories.get(normal);
    if (known) return known;
    const opened = this.#open(name);
    this.#repositories.set(normal, opened);
    return opened;
  }

  async #open(name: RepositoryReference): Promise<RegistryRepository> {
    const { http, ca, insecure = [], signal, clock, secrets, retries = 5, log } = this.#options;
    const target = loginTarget(name);
    const { registry } = target;
    let endpoint = this.#endpoints.get(registry);
    if (!endpoint) {
      endpoint = findEndpoint(registry, { http, ca, insecure, signal });
      this.#endpoints.set(registry, endpoint);
    }
    const session = new RegistrySession({
      endpoint: await endpoint,
      credentials: await this.keychain.find(target),
      clock,
      secrets,
      retries,
      signal,
      onRetry: ({ reason, waitMs }) => log.info(`  ${registry}: ${reason}; trying again in ${formatDuration(waitMs)}`),
    });
    return { name: imageRepository(name), path: target.repository, session };
  }
}

/** The registry of a reference, by the name that logins and insecure registries have: `nginx` → `docker.io`. */
export function registryOf(name: RepositoryReference): string {
  return loginTarget(name).registry;
}

/** `nginx` → registry `docker.io`, repository `library/nginx`. */
export function loginTarget(name: RepositoryReference): LoginTarget {
  const normal = normalRepository(name);
  const slash = normal.indexOf('/');
  return { registry: normal.slice(0, slash), repository: normal.slice(slash + 1) };
}
