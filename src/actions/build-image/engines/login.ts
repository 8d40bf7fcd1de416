import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Env } from '../../../core/inputs.ts';
import { dockerConfigFolder, dockerServer, readDockerConfig } from '../../../image/registry/keychain/keychain.ts';
import { registryOf } from '../../../image/registry/registries.ts';
import { objectAt } from '../../../json/json.ts';
import type { BuildSession } from './engine.ts';

/**
 * Writes the login of the inputs where programs look for logins, beside those that are there already: a config.json in a folder
 * of its own. `undefined` where the inputs hold no login: programs find their own then.
 */
export async function writeLogin({ plan, env, folder }: BuildSession): Promise<string | undefined> {
  const { registryUsername: username, registryPassword: password } = plan.inputs;
  if (username === undefined || password === undefined) return undefined;
  const key = dockerServer(registryOf(plan.images[0]));
  const { credsStore, ...config } = await readDockerConfig(env);
  const auths = objectAt(config, 'auths') ?? {};
  // A store for everything would hide our entry: it is kept for the registries that it has logins of.
  const stored = typeof credsStore === 'string' ? Object.keys(auths).map((name) => [name, credsStore]) : [];
  const helpers = Object.entries({ ...Object.fromEntries(stored), ...objectAt(config, 'credHelpers') }).filter(
    ([name]) => name !== key,
  );
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const place = join(folder, 'docker');
  await mkdir(place, { mode: 0o700 });
  const content = { ...config, auths: { ...auths, [key]: { auth } }, credHelpers: Object.fromEntries(helpers) };
  await writeFile(join(place, 'config.json'), JSON.stringify(content), { mode: 0o600 });
  return place;
}

/** The environment in which the docker command line uses a login folder, and still finds its plugins, contexts and builders. */
export async function dockerEnv(env: Env, login: string | undefined): Promise<Env> {
  if (login === undefined) return {};
  const original = dockerConfigFolder(env);
  for (const name of await readdir(original).catch(() => [])) {
    if (name !== 'config.json') await symlink(join(original, name), join(login, name));
  }
  return { DOCKER_CONFIG: login };
}
