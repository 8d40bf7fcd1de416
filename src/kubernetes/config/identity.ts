import type { Clock } from '../../core/clock.ts';
import type { Env } from '../../core/inputs.ts';
import type { Secrets } from '../../core/secrets.ts';

/** What a request carries to say who it is. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>;
  /** Client certificate and key, PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

export interface ClusterCredentials {
  /** The identity to send now; an expired one is renewed first. */
  current(): Promise<Identity>;
  /** After a 401: reads or mints anew. False where there is nothing to renew. */
  renew(): Promise<boolean>;
}

export interface CredentialContext {
  readonly env: Env;
  readonly cwd: string;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly signal?: AbortSignal;
}

/** The identity with a bearer token, which is kept out of every log from now on. */
export function withBearerToken(base: Identity, token: string, secrets: Secrets): Identity {
  secrets.add(token);
  return { ...base, headers: { ...base.headers, authorization: `Bearer ${token}` } };
}
