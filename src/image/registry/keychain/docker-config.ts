import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../../../core/inputs.ts';
import { trimEndOf } from '../../../core/trim-end.ts';
import { readTextFile } from '../../../files/regular-file.ts';
import { objectAt, parseJson, stringAt } from '../../../json/json.ts';
import { RegistryError } from '../error.ts';
import type { LoginSource, LoginTarget, RegistryCredentials } from './login-source.ts';

/** The entries of `auths` in Docker's config.json, or in Podman's file of the same format (REGISTRY_AUTH_FILE). */
export const dockerConfig: LoginSource = {
  isReadByPrograms: true,
  async find(target, { env }) {
    const config = await readLoginFile(target.registry, env);
    // A helper for this registry comes before an entry, as in Docker.
    return helperOf(config, target.registry) === undefined ? entryFor(target, config) : undefined;
  },
};

/** The name of a registry in Docker's config.json and for credential helpers. Docker Hub has a name of its own there. */
export function dockerServer(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}

/** The folder of Docker's config.json. */
export function dockerConfigFolder(env: Env): string {
  return env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
}

/** Docker's config.json; empty if there is none. */
export async function readDockerConfig(registry: string, env: Env): Promise<Record<string, unknown>> {
  return (await readConfig(join(dockerConfigFolder(env), 'config.json'), registry)) ?? {};
}

/** The file with the logins: Podman's if REGISTRY_AUTH_FILE names one, else Docker's config.json. */
export async function readLoginFile(registry: string, env: Env): Promise<Record<string, unknown>> {
  const file = env['REGISTRY_AUTH_FILE'];
  return (file ? await readConfig(file, registry) : undefined) ?? (await readDockerConfig(registry, env));
}

/** The name of the credential helper that the config sets for this registry. */
export function helperOf(config: Record<string, unknown>, registry: string): string | undefined {
  return (
    stringAt(config, 'credHelpers', registry) || stringAt(config, 'credHelpers', dockerServer(registry)) || undefined
  );
}

async function readConfig(path: string, registry: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = readTextFile(path);
  } catch {
    return undefined;
  }
  const config = objectAt(parseJson(text));
  if (config) return config;
  throw new RegistryError({
    code: 'registry-credentials',
    message: `${path} is not JSON.`,
    remedy: 'Log in again (docker/login-action, docker login).',
    facts: { registry },
  });
}

/** The entry with the longest key that names the registry, or a path in it as in Podman's logins. */
function entryFor(
  { registry, repository }: LoginTarget,
  config: Record<string, unknown>,
): RegistryCredentials | undefined {
  const path = `${registry}/${repository}/`;
  const matching = Object.entries(objectAt(config, 'auths') ?? {})
    .map(([key, entry]) => ({ location: locationOf(key), credentials: credentialsOf(entry) }))
    .filter(({ location, credentials }) => path.startsWith(`${location}/`) && credentials !== undefined)
    .sort((a, b) => b.location.length - a.location.length);
  return matching[0]?.credentials;
}

/** `https://ghcr.io/v1/` → `ghcr.io`; `quay.io/acme` → `quay.io/acme`. */
function locationOf(key: string): string {
  const location = key.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '');
  return ['index.docker.io', 'registry-1.docker.io'].includes(location) ? 'docker.io' : location;
}

function credentialsOf(entry: unknown): RegistryCredentials | undefined {
  const source = "Docker's config.json";
  const identity = stringAt(entry, 'identitytoken');
  if (identity) return { kind: 'identity', token: identity, source };
  const pair = Buffer.from(stringAt(entry, 'auth') ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const username = stringAt(entry, 'username') ?? pair.slice(0, Math.max(0, colon));
  const password = stringAt(entry, 'password') ?? trimEndOf(pair.slice(colon + 1), '\0');
  return username && password ? { kind: 'basic', username, password, source } : undefined;
}
