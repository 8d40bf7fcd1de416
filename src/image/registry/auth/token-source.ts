import type { Clock } from '../../../core/clock.ts';
import { defined } from '../../../core/defined.ts';
import type { Secrets } from '../../../core/secrets.ts';
import type { HttpResponse } from '../../../http/response.ts';
import type { HttpRequest, Transport } from '../../../http/transport.ts';
import { numberAt, stringAt } from '../../../json/json.ts';
import { tokenServer } from '../destination.ts';
import type { Endpoint } from '../endpoint.ts';
import { RegistryError } from '../error.ts';
import type { RegistryCredentials } from '../keychain/login-source.ts';
import { type BearerChallenge, type Challenge, parseChallenge } from './challenge.ts';
import type { TokenScope } from './scope.ts';

interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface RegistryTokenSourceOptions {
  readonly endpoint: Endpoint;
  /** For requests to the token server; it retries them. */
  readonly transport: Transport;
  readonly credentials: RegistryCredentials | undefined;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly signal: AbortSignal | undefined;
}

/** The lifetime of a token without `expires_in`, in seconds (distribution, "Token Authentication Specification"). */
const DEFAULT_LIFETIME = 60;
/** In ms. A token is renewed this long before it expires, so that it is valid until the request arrives. */
const EXPIRY_MARGIN = 10_000;

/** Authenticates requests to a registry: remembers its challenge, and keeps one token per set of scopes. */
export class RegistryTokenSource {
  readonly #options: RegistryTokenSourceOptions;
  readonly #tokens = new Map<string, Token>();
  readonly #pending = new Map<string, Promise<Token>>();
  #challenge: Challenge | undefined;

  constructor(options: RegistryTokenSourceOptions) {
    this.#options = options;
  }

  /** Remembers the challenge of a 401 response; false if it has none that we support. */
  acceptChallenge(response: HttpResponse): boolean {
    const challenge = parseChallenge(response.header('www-authenticate') ?? '');
    if (challenge) this.#challenge = challenge;
    return challenge !== undefined;
  }

  /** Drops a token that the registry refused, unless another request has already replaced it. */
  discardToken(scopes: readonly TokenScope[], refused: string | undefined): void {
    const key = scopes.join(' ');
    const token = this.#tokens.get(key);
    if (token && `Bearer ${token.value}` === refused) this.#tokens.delete(key);
  }

  /** The value of `Authorization` for a request; `undefined` if the registry has sent no challenge, or there is no login for it. */
  async authorization(scopes: readonly TokenScope[]): Promise<string | undefined> {
    const { credentials, clock } = this.#options;
    if (this.#challenge === undefined) return undefined;
    if (this.#challenge.scheme === 'basic') return credentials?.kind === 'basic' ? basic(credentials) : undefined;
    const key = scopes.join(' ');
    const token = this.#tokens.get(key);
    if (token && token.expiresAt > clock.now()) return `Bearer ${token.value}`;
    return `Bearer ${(await this.#renew(key, this.#challenge, scopes)).value}`;
  }

  /** Concurrent requests share one token. */
  #renew(key: string, challenge: BearerChallenge, scopes: readonly TokenScope[]): Promise<Token> {
    const pending = this.#pending.get(key);
    if (pending) return pending;
    const fetched = this.#fetchToken(challenge, scopes)
      .then((token) => {
        this.#tokens.set(key, token);
        return token;
      })
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, fetched);
    return fetched;
  }

  async #fetchToken(challenge: BearerChallenge, scopes: readonly TokenScope[]): Promise<Token> {
    const { transport, credentials, clock, secrets, signal, endpoint } = this.#options;
    const { registry } = endpoint;
    const server = tokenServer(challenge.realm, endpoint);
    const request =
      credentials?.kind === 'identity'
        ? refreshRequest(server, challenge, scopes, credentials.token)
        : tokenRequest(server, challenge, scopes, credentials);
    const response = await transport.send({ ...request, ...defined({ signal }) });
    if (!response.ok) throw tokenRefusal(response, registry, credentials);
    const answer = await response.json();
    const value = stringAt(answer, 'token') || stringAt(answer, 'access_token');
    // It becomes a header: no other characters can be in it (RFC 6750, section 2.1).
    if (!value || !/^[\x21-\x7e]+$/.test(value))
      throw new RegistryError({
        code: 'registry-unauthorized',
        message: `The token server of ${registry} sent no usable token.`,
        remedy: 'Check the name of the registry, and that no proxy changes its responses.',
        facts: { registry },
      });
    secrets.add(value);
    const lifetime = (numberAt(answer, 'expires_in') ?? DEFAULT_LIFETIME) * 1000;
    return { value, expiresAt: clock.now() + Math.max(lifetime - EXPIRY_MARGIN, lifetime / 2) };
  }
}

function tokenRefusal(
  response: HttpResponse,
  registry: string,
  credentials: RegistryCredentials | undefined,
): RegistryError {
  const { status } = response;
  if (status >= 300 && status < 400)
    return new RegistryError({
      code: 'registry-refused',
      message: `The token server of ${registry}, ${response.url.origin}, redirects (HTTP ${status}), and a login doesn't follow redirects.`,
      remedy: 'Correct the address of the token server (`realm`) in the settings of the registry.',
      facts: { registry },
    });
  if (status >= 500 || status === 429)
    return new RegistryError({
      code: 'registry-unavailable',
      message: `The token server of ${registry} failed (HTTP ${status}).`,
      remedy: 'Look at the status page of the registry and run again.',
      facts: { registry },
    });
  return new RegistryError({
    code: 'registry-unauthorized',
    message: credentials
      ? `The registry ${registry} refused the login from ${credentials.source} (HTTP ${status}).`
      : `The registry ${registry} requires a login (HTTP ${status}).`,
    remedy: credentials
      ? 'Check the user name and password, and whether the token has expired.'
      : `Log in to ${registry} in an earlier step (docker/login-action).`,
    facts: { registry, needsLogin: credentials === undefined },
  });
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function tokenRequest(
  server: URL,
  challenge: BearerChallenge,
  scopes: readonly TokenScope[],
  credentials: RegistryCredentials | undefined,
): HttpRequest {
  const url = new URL(server);
  if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credentials?.kind !== 'basic') return { url };
  url.searchParams.set('account', credentials.username);
  return { url, headers: { authorization: basic(credentials) } };
}

/** Exchanges a refresh token for an access token (OAuth 2, section 6). */
function refreshRequest(
  server: URL,
  challenge: BearerChallenge,
  scopes: readonly TokenScope[],
  token: string,
): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'gitops-actions',
    refresh_token: token,
    scope: scopes.join(' '),
    ...defined({ service: challenge.service }),
  });
  return {
    method: 'POST',
    url: server,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
}
