import { backoffDelay } from '../../core/backoff.ts';
import type { Clock } from '../../core/clock.ts';
import { defined } from '../../core/defined.ts';
import type { Secrets } from '../../core/secrets.ts';
import { NetworkError } from '../../http/error.ts';
import type { HttpResponse } from '../../http/response.ts';
import { withBufferedBodies, withRetries } from '../../http/retry.ts';
import type { HttpRequest, Transport } from '../../http/transport.ts';
import type { TokenScope } from './auth/scope.ts';
import { RegistryTokenSource } from './auth/token-source.ts';
import { mayFollow, uploadLocation } from './destination.ts';
import type { Endpoint } from './endpoint.ts';
import type { RegistryCredentials } from './keychain/login-source.ts';
import { networkError } from './network-error.ts';

export interface RegistryRequest extends Omit<HttpRequest, 'url' | 'signal'> {
  /** A path that begins with `/v2/`, or what `locationOf` returned. */
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

/**
 * The largest body that is read into memory, in bytes. Registries limit manifests to 4 MiB (OCI distribution spec, "Pushing
 * Manifests"); all other bodies that are read whole are smaller.
 */
const MAX_BODY = 16 * 1024 * 1024;
/** How long a small request may be tried again, in ms: a rate limit may last minutes. */
const LONGEST_RETRY = 10 * 60_000;
/** Of the waits between attempts, in ms. */
const BACKOFF = { firstDelay: 500, maxDelay: 20_000 };

/** Authenticated requests to one registry with one login. */
export class RegistrySession {
  readonly registry: string;
  /** Where the credentials come from, for error messages. */
  readonly login: string | undefined;
  readonly #options: RegistrySessionOptions;
  readonly #tokens: RegistryTokenSource;
  readonly #retrying: Transport;

  constructor(options: RegistrySessionOptions) {
    const { endpoint, clock, retries, onRetry } = options;
    this.registry = endpoint.registry;
    this.login = options.credentials?.source;
    this.#options = options;
    this.#retrying = withRetries(withBufferedBodies(endpoint.transport, MAX_BODY), {
      ...BACKOFF,
      clock,
      retries,
      within: LONGEST_RETRY,
      onRetry,
      // Every small request of the protocol may be sent twice: at worst, an upload stays open, and the registry drops it.
      isIdempotent: () => true,
    });
    this.#tokens = new RegistryTokenSource({
      ...options,
      transport: this.#retrying,
    });
  }

  /** Sends a small request and reads the whole response; retries if that may help. @throws RegistryError if there is no response. */
  async exchange(request: RegistryRequest): Promise<HttpResponse> {
    try {
      return await this.#sendAuthorized(this.#retrying, request);
    } catch (thrown) {
      throw thrown instanceof NetworkError ? networkError(this.registry, thrown) : thrown;
    }
  }

  /** Sends a request once: for bodies that are too large to be sent again from the start. @throws NetworkError if there is no response. */
  async once(request: RegistryRequest): Promise<HttpResponse> {
    return this.#sendAuthorized(this.#options.endpoint.transport, request);
  }

  /** Waits after a temporary failure. @param attempt the failed one, from 0 @throws `lastError` if there are no retries left. */
  async waitToRetry(attempt: number, reason: string, lastError: () => Promise<Error> | Error): Promise<void> {
    const { retries, onRetry, clock, signal } = this.#options;
    if (attempt >= retries) throw await lastError();
    const waitMs = backoffDelay(BACKOFF, attempt);
    onRetry({ reason, waitMs });
    await clock.sleep(waitMs, signal);
  }

  /**
   * Where the registry wants the next part of an upload; `undefined` if it doesn't say.
   * @throws RegistryError `registry-refused` if nothing may be sent there.
   */
  locationOf(response: HttpResponse): string | undefined {
    const location = response.header('location');
    return location ? uploadLocation(location, response.url, this.#options.endpoint).href : undefined;
  }

  async #sendAuthorized(transport: Transport, { to, scopes, ...request }: RegistryRequest): Promise<HttpResponse> {
    const { endpoint, signal } = this.#options;
    const url = new URL(to, endpoint.origin);
    const send = (authorization: string | undefined) => {
      const headers = { ...request.headers, ...defined({ authorization }) };
      const follows = (target: URL) => mayFollow(target, endpoint);
      return transport.send({ ...request, url, headers, mayFollow: follows, ...defined({ signal }) });
    };
    // A storage behind the registry has signed URLs, and must not get our token.
    if (url.origin !== endpoint.origin) return send(undefined);
    const authorization = await this.#tokens.authorization(scopes);
    const first = await send(authorization);
    // Only the registry itself may say which token server gets the login, not a host that it redirects to.
    if (first.status !== 401 || first.url.origin !== endpoint.origin || !this.#tokens.acceptChallenge(first))
      return first;
    // Either the challenge was unknown until now, or the token was revoked early.
    this.#tokens.discardToken(scopes, authorization);
    const renewed = await this.#tokens.authorization(scopes);
    if (renewed === undefined || renewed === authorization) return first;
    await first.discard();
    return send(renewed);
  }
}
