import type { Clock } from '../../../core/clock.ts';
import type { Env } from '../../../core/inputs.ts';
import type { Http } from '../../../http/http.ts';

export type RegistryCredentials = {
  /** Where they come from, for people: `docker-credential-ecr-login`. */
  readonly source: string;
} & (
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** An OAuth 2 refresh token: the token server exchanges it for access tokens. */
  | { readonly kind: 'identity'; readonly token: string }
);

/** The repository that a login is for. */
export interface LoginTarget {
  /** `docker.io`, `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  /** `acme/shop`, `library/nginx`. */
  readonly repository: string;
}

/** A login that the user gave to the action. It is used for these registries only. */
export interface GivenLogin {
  readonly registries: readonly string[];
  readonly username: string;
  readonly password: string;
  /** Where the user gave it, for people. */
  readonly source?: string;
}

/** What a login source may use. */
export interface LoginContext {
  readonly http: Http;
  readonly clock: Clock;
  readonly env: Env;
  readonly signal?: AbortSignal | undefined;
  readonly login?: GivenLogin | undefined;
}

/** A place where logins come from. */
export interface LoginSource {
  /** Whether programs such as docker, buildah and podman read this source themselves. */
  readonly isReadByPrograms: boolean;
  /** `undefined` if it has no login for the target: then the next source is asked. */
  find(target: LoginTarget, context: LoginContext): Promise<RegistryCredentials | undefined>;
}
