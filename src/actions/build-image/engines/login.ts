import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../../../core/inputs.ts';
import { dockerConfigFolder, dockerServer, readDockerConfig } from '../../../image/registry/keychain/docker-config.ts';
import type { RegistryCredentials } from '../../../image/registry/keychain/login-source.ts';
import { loginTarget } from '../../../image/registry/registries.ts';
import { objectAt } from '../../../json/json.ts';
import type { BuildSession } from '../session/build-session.ts';

/**
 * Writes a login that programs don't find by themselves into a config.json in a folder of its own, together with the existing logins.
 * Returns the folder; `undefined` if there is no such login.
 */
export async function writeLogin({ spec, registries, env, folder }: BuildSession): Promise<string | undefined> {
  const target = loginTarget(spec.images[0]);
  const credentials = await registries.keychain.findForPrograms(target);
  if (credentials === undefined) return undefined;
  const server = dockerServer(target.registry);
  const { credsStore, ...config } = await readDockerConfig(target.registry, env);
  const auths = objectAt(config, 'auths') ?? {};
  // `credsStore` would hide our entry, so it becomes the helper of each registry that it has a login for.
  const stored = typeof credsStore === 'string' ? Object.keys(auths).map((name) => [name, credsStore]) : [];
  const helpers = Object.entries({ ...Object.fromEntries(stored), ...objectAt(config, 'credHelpers') }).filter(
    ([name]) => name !== server,
  );
  const login = join(folder, 'docker');
  await mkdir(login, { mode: 0o700 });
  const content = {
    ...config,
    auths: { ...auths, [server]: authEntry(credentials) },
    credHelpers: Object.fromEntries(helpers),
  };
  await writeFile(join(login, 'config.json'), JSON.stringify(content), { mode: 0o600 });
  return login;
}

function authEntry(credentials: RegistryCredentials): object {
  return credentials.kind === 'identity'
    ? { identitytoken: credentials.token }
    : { auth: Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64') };
}

/** The environment in which the docker command line uses the login, and still finds its plugins, contexts and builders. */
export async function dockerEnv(env: Env, login: string | undefined): Promise<Env> {
  if (login === undefined) return {};
  const original = dockerConfigFolder(env);
  for (const name of await readdir(original).catch(() => [])) {
    if (name !== 'config.json') await symlink(join(original, name), join(login, name));
  }
  return { DOCKER_CONFIG: login };
}
