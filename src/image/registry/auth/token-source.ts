import type { Clock } from '../../../core/clock.ts';
import { defined } from '../../../core/defined.ts';
import { ActionError } from '../../../core/error.ts';
import type { Secrets } from '../../../core/secrets.ts';
import type { HttpResponse } from '../../../http/response.ts';
import type { HttpRequest, Transport } from '../../../http/transport.ts';
import { numberAt, stringAt } from '../../../json/json.ts';
import type { RegistryCredentials } from '../keychain/keychain.ts';
import { type BearerChallenge, type Challenge, parseChallenge } from './challenge.ts';
import type { TokenScope } from './scope.ts';

interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface TokenSourceOptions {
  readonly registry: string;
  /** Whether the registry itself is spoken to without TLS. */
  readonly isPlain: boolean;
  /** Asks the token server: small answers, tried again when that may help. */
  readonly transport: Transport;
  readonly credentials: RegistryCredentials | undefined;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly signal: AbortSignal | undefined;
}

/** A token without a word about its life lives for a minute (distribution, "Token Authentication Specification"). */
const DEFAULT_LIFE = 60;
/** A token is renewed so many ms before its end, for the request that is under way then. */
const MARGIN = 10_000;

/** What proves to a registry who asks: learns from its challenges, keeps one token per set of scopes. */
export class TokenSource {
  readonly #options: TokenSourceOptions;
  readonly #tokens = new Map<string, Promise<Token>>();
  readonly #underWay = new Map<string, Promise<Token>>();
  #challenge: Challenge | undefined;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
  }

  /** Takes in a 401; false where it holds no challenge that we can meet. */
  acceptChallenge(response: HttpResponse): boolean {
    const challenge = parseChallenge(response.header('www-authenticate') ?? '');
    if (challenge) this.#challenge = challenge;
    return challenge !== undefined;
  }

  /** Forgets a token that the registry did not take, unless another request has replaced it meanwhile. */
  async discardToken(scopes: readonly TokenScope[], refused: string | undefined): Promise<void> {
    const key = scopes.join(' ');
    const kept = this.#tokens.get(key);
    if (kept && `Bearer ${(await kept).value}` === refused && this.#tokens.get(key) === kept) this.#tokens.delete(key);
  }

  /** The value of `Authorization` for a request; `undefined` where none is asked for, or none is to be had. */
  async authorization(scopes: readonly TokenScope[]): Promise<string | undefined> {
    const { credentials, clock } = this.#options;
    if (this.#challenge === undefined) return undefined;
    if (this.#challenge.scheme === 'basic') return credentials?.kind === 'basic' ? basic(credentials) : undefined;
    const key = scopes.join(' ');
    const kept = await this.#tokens.get(key);
    if (kept && kept.expiresAt > clock.now()) return `Bearer ${kept.value}`;
    return `Bearer ${(await this.#renew(key, this.#challenge, scopes)).value}`;
  }

  /** Requests that run side by side share one token. */
  #renew(key: string, challenge: BearerChallenge, scopes: readonly TokenScope[]): Promise<Token> {
    const under = this.#underWay.get(key);
    if (under) return under;
    const fetched = this.#fetchToken(challenge, scopes).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, fetched);
    fetched.then(
      () => this.#tokens.set(key, fetched),
      () => this.#tokens.delete(key),
    );
    return fetched;
  }

  async #fetchToken(challenge: BearerChallenge, scopes: readonly TokenScope[]): Promise<Token> {
    const { transport, credentials, clock, secrets, signal, registry, isPlain } = this.#options;
    if (!isPlain && new URL(challenge.realm).protocol !== 'https:')
      throw new ActionError({
        code: 'registry-refused',
        message: `The registry ${registry} sends the login to ${new URL(challenge.realm).origin}, which does not speak TLS.`,
        remedy:
          'A login is never sent in the clear: correct the address of the token server in the settings of the registry.',
      });
    const request =
      credentials?.kind === 'identity'
        ? refresh(challenge, scopes, credentials.token)
        : ask(challenge, scopes, credentials);
    const response = await transport.send({ ...request, ...(signal ? { signal } : {}) });
    if (!response.ok) throw this.#refused(response);
    const answer = await response.json();
    const value = stringAt(answer, 'token') || stringAt(answer, 'access_token');
    if (!value)
      throw new ActionError({
        code: 'registry-unauthorized',
        message: `The token server of ${registry} answered without a token.`,
        remedy: 'Check that the name of the registry is right; behind a proxy, that it lets the answer through.',
      });
    secrets.add(value);
    const life = (numberAt(answer, 'expires_in') ?? DEFAULT_LIFE) * 1000;
    return { value, expiresAt: clock.now() + Math.max(life - MARGIN, life / 2) };
  }

  #refused(response: HttpResponse): ActionError {
    const { registry, credentials } = this.#options;
    if (response.status >= 500 || response.status === 429)
      return new ActionError({
        code: 'registry-unavailable',
        message: `The token server of ${registry} failed (HTTP ${response.status}).`,
        remedy: 'Look at the status page of the registry and run again.',
      });
    return new ActionError({
      code: 'registry-unauthorized',
      message: credentials
        ? `The registry ${registry} refused the login from ${credentials.source} (HTTP ${response.status}).`
        : `The registry ${registry} asks for a login (HTTP ${response.status}).`,
      remedy: credentials
        ? 'Check user name and password, and whether the token has expired.'
        : 'Give `registry-username` and `registry-password`, or log in in a step before (docker/login-action).',
    });
  }
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function ask(
  challenge: BearerChallenge,
  scopes: readonly TokenScope[],
  credentials: RegistryCredentials | undefined,
): HttpRequest {
  const url = new URL(challenge.realm);
  if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credentials?.kind !== 'basic') return { url };
  url.searchParams.set('account', credentials.username);
  return { url, headers: { authorization: basic(credentials) } };
}

/** OAuth 2, section 6: a refresh token buys an access token. */
function refresh(challenge: BearerChallenge, scopes: readonly TokenScope[], token: string): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'gitops-actions',
    refresh_token: token,
    scope: scopes.join(' '),
    ...defined({ service: challenge.service }),
  });
  return {
    method: 'POST',
    url: challenge.realm,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
}
