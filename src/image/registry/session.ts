import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import { ActionError } from '../../core/error.ts';
import type { Secrets } from '../../core/secrets.ts';
import { NetworkError } from '../../http/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { backoff, retrying, wholeBodies } from '../../http/retry.ts';
import type { HttpRequest, Transport } from '../../http/transport.ts';
import type { TokenScope } from './auth/scope.ts';
import { TokenSource } from './auth/token-source.ts';
import { type Endpoint, networkError } from './endpoint.ts';
import type { RegistryCredentials } from './keychain/keychain.ts';

export interface RegistryRequest extends Omit<HttpRequest, 'url' | 'signal'> {
  /** A path that begins with `/v2/`, or a Location that the registry gave. */
  readonly to: string;
  readonly scopes: readonly TokenScope[];
}

export interface RegistrySessionOptions {
  readonly endpoint: Endpoint;
  readonly credentials: RegistryCredentials | undefined;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** Attempts after the first one. */
  readonly retries: number;
  readonly onRetry: (attempt: { readonly reason: string; readonly waitMs: number }) => void;
  readonly signal: AbortSignal | undefined;
}

/** Registries take manifests of 4 MiB at most (distribution spec, "Pushing Manifests"); everything else that is read whole is smaller. In bytes. */
const LARGEST = 16 * 1024 * 1024;
const PACE = { first: 500, longest: 20_000 };

/** A conversation with one registry under one login. */
export class RegistrySession {
  readonly registry: string;
  /** Where the credentials come from, for error texts. */
  readonly login: string | undefined;
  readonly retries: number;
  readonly #options: RegistrySessionOptions;
  readonly #authority: TokenSource;
  readonly #patient: Transport;

  constructor(options: RegistrySessionOptions) {
    const { endpoint, clock, retries, onRetry } = options;
    this.registry = endpoint.registry;
    this.login = options.credentials?.source;
    this.retries = retries;
    this.#options = options;
    this.#patient = retrying(wholeBodies(endpoint.transport, LARGEST), {
      ...PACE,
      clock,
      retries,
      onRetry,
      // Every small request of the protocol may be sent twice: at worst an upload is opened that nobody finishes.
      repeatable: () => true,
    });
    this.#authority = new TokenSource({
      ...options,
      registry: this.registry,
      isPlain: isPlain(endpoint.origin),
      transport: this.#patient,
    });
  }

  /** A small exchange: repeated while that may help, its body in memory. @throws ActionError when no answer comes. */
  async exchange(request: RegistryRequest): Promise<HttpResponse> {
    try {
      return await this.#authorized(this.#patient, request);
    } catch (thrown) {
      throw thrown instanceof NetworkError ? networkError(this.registry, thrown) : thrown;
    }
  }

  /** Sends once, for bodies too large to repeat blindly. @throws NetworkError when no answer comes. */
  async once(request: RegistryRequest): Promise<HttpResponse> {
    return this.#authorized(this.#options.endpoint.transport, request);
  }

  /** Waits before attempt number `attempt + 1` of something that failed in passing; throws when there were enough. */
  async waitToRetry(attempt: number, reason: string, lastError: () => Promise<Error> | Error): Promise<void> {
    if (attempt >= this.retries) throw await lastError();
    const waitMs = backoff(PACE, attempt);
    this.#options.onRetry({ reason, waitMs });
    await this.#options.clock.sleep(waitMs, this.#options.signal);
  }

  async #authorized(transport: Transport, { to, scopes, ...request }: RegistryRequest): Promise<HttpResponse> {
    const { endpoint, signal } = this.#options;
    const url = locate(to, endpoint.origin);
    if (url.protocol !== 'https:' && !isPlain(endpoint.origin)) throw unprotected(this.registry, url);
    const send = (authorization: string | undefined) => {
      const headers = { ...request.headers, ...defined({ authorization }) };
      return transport.send({ ...request, url, headers, ...(signal ? { signal } : {}) });
    };
    // Storage behind a registry has signed URLs: our token is none of its business.
    if (url.origin !== endpoint.origin) return send(undefined);
    const authorization = await this.#authority.authorization(scopes);
    const first = await send(authorization);
    // Only the registry itself says where its login goes, not whatever it redirects to.
    if (first.status !== 401 || first.url.origin !== endpoint.origin || !this.#authority.acceptChallenge(first))
      return first;
    // Either the challenge was not known yet, or the token was revoked before its time.
    await this.#authority.discardToken(scopes, authorization);
    const renewed = await this.#authority.authorization(scopes);
    if (renewed === undefined || renewed === authorization) return first;
    await first.discard();
    return send(renewed);
  }
}

/** A registry behind a proxy that ends TLS may call itself http: its host is still spoken to by https. */
function locate(to: string, origin: string): URL {
  const url = new URL(to, origin);
  const base = new URL(origin);
  if (url.hostname === base.hostname && url.protocol === 'http:' && base.protocol === 'https:')
    return new URL(url.pathname + url.search, base);
  return url;
}

function isPlain(origin: string): boolean {
  return origin.startsWith('http:');
}

function unprotected(registry: string, url: URL): ActionError {
  return new ActionError({
    code: 'registry-refused',
    message: `The registry ${registry} sends an upload to ${url.origin}, which does not speak TLS.`,
    remedy: 'An image is not sent in the clear: correct the address of the storage in the settings of the registry.',
  });
}
