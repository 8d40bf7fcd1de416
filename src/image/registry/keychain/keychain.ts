import type { Secrets } from '../../../core/secrets.ts';
import { credentialHelper } from './credential-helper.ts';
import { dockerConfig } from './docker-config.ts';
import { givenLogin } from './given-login.ts';
import type { LoginContext, LoginSource, LoginTarget, RegistryCredentials } from './login-source.ts';

/** All login sources. The first one that has a login for a repository wins. A cloud's own login (ECR, …) goes last. */
const SOURCES: readonly LoginSource[] = [givenLogin, dockerConfig, credentialHelper];

export interface KeychainContext extends LoginContext {
  readonly secrets: Secrets;
}

/** Finds the login for a repository, and registers it as a secret. */
export class Keychain {
  readonly #context: KeychainContext;

  constructor(context: KeychainContext) {
    this.#context = context;
  }

  /** `undefined` if no source has a login: then requests are anonymous. @throws RegistryError `registry-credentials` */
  find(target: LoginTarget): Promise<RegistryCredentials | undefined> {
    return this.#findIn(SOURCES, target);
  }

  /** A login that programs such as docker and podman don't find by themselves. */
  findForPrograms(target: LoginTarget): Promise<RegistryCredentials | undefined> {
    return this.#findIn(
      SOURCES.filter(({ isReadByPrograms }) => !isReadByPrograms),
      target,
    );
  }

  async #findIn(sources: readonly LoginSource[], target: LoginTarget): Promise<RegistryCredentials | undefined> {
    for (const source of sources) {
      const found = await source.find(target, this.#context);
      if (found === undefined) continue;
      const { secrets } = this.#context;
      secrets.add(found.kind === 'basic' ? found.password : found.token);
      if (found.kind === 'basic') secrets.add(`${found.username}:${found.password}`);
      return found;
    }
    return undefined;
  }
}
