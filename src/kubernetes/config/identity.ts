import type { Clock } from '../../core/clock.ts';
import type { Env } from '../../core/inputs.ts';
import type { Secrets } from '../../core/secrets.ts';

/** What authenticates a request. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>;
  /** Client certificate and key, PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
}

/** A program that has not ended yet. */
export interface RunningPlugin {
  readonly command: string;
  /** What it said last, such as where to log in; may be empty. */
  readonly lastLines: readonly string[];
}

export interface ClusterCredentials {
  /** The program that is running to get an identity. */
  readonly runningProgram?: RunningPlugin | undefined;
  /** The identity to use now. An expired one is renewed first. */
  current(): Promise<Identity>;
  /** Renews the identity after a 401. @returns false if there is nothing to renew. */
  renew(): Promise<boolean>;
}

/** What credentials need from the process. */
export interface CredentialContext {
  readonly env: Env;
  readonly cwd: string;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly signal?: AbortSignal;
  /** How long a program may take that waits for a person to log in, in ms. Default one minute. */
  readonly timeout?: number;
  /** Shows what a program says while it gets credentials. */
  readonly show?: (text: string) => void;
}

/** The identity with a bearer token. The token is redacted from every log from now on. */
export function withBearerToken(base: Identity, token: string, secrets: Secrets): Identity {
  secrets.add(token);
  return { ...base, headers: { ...base.headers, authorization: `Bearer ${token}` } };
}
