import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import type { Env } from '../../../core/inputs.ts';
import type { Secrets } from '../../../core/secrets.ts';
import { objectAt, parseJson, stringAt } from '../../../json/json.ts';
import { fateOf } from '../../../program/result.ts';
import { runProgram } from '../../../program/run.ts';

export type RegistryCredentials = {
  /** Where they come from, for people: `input registry-username`, `docker-credential-ecr-login`. */
  readonly source: string;
} & (
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A token that only buys other tokens (OAuth 2 refresh token). */
  | { readonly kind: 'identity'; readonly token: string }
);

/** A login that the user typed: it goes to these registries and to no other. */
export interface Login {
  readonly registries: readonly string[];
  readonly username: string;
  readonly password: string;
}

export interface KeychainContext {
  readonly login: Login | undefined;
  readonly env: Env;
  readonly secrets: Secrets;
  readonly signal?: AbortSignal | undefined;
}

/** Whoever has not answered after so many ms hangs, or asks somebody who is not there. */
const HELPER_TIMEOUT = 60_000;

/** What Docker's config file and the credential helpers call a registry: Docker Hub has a name of its own there. */
export function dockerServer(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}

/** The credentials for a repository of a registry; `undefined` where there are none: then it is spoken to anonymously. */
export async function findCredentials(
  registry: string,
  repository: string,
  options: KeychainContext,
): Promise<RegistryCredentials | undefined> {
  const { login } = options;
  const found = login?.registries.includes(registry)
    ? {
        kind: 'basic' as const,
        source: 'the input `registry-username`',
        username: login.username,
        password: login.password,
      }
    : await fromConfig(registry, repository, options);
  if (found) options.secrets.add(found.kind === 'basic' ? found.password : found.token);
  if (found?.kind === 'basic') options.secrets.add(`${found.username}:${found.password}`);
  return found;
}

/** The folder of Docker's config.json. */
export function dockerConfigFolder(env: Env): string {
  return env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
}

/** Docker's config.json as an object; empty where there is none. */
export async function readDockerConfig(env: Env): Promise<Record<string, unknown>> {
  return (await readConfig(join(dockerConfigFolder(env), 'config.json'))) ?? {};
}

async function fromConfig(
  registry: string,
  repository: string,
  options: KeychainContext,
): Promise<RegistryCredentials | undefined> {
  const { env } = options;
  const file = env['REGISTRY_AUTH_FILE'];
  const config = (file ? await readConfig(file) : undefined) ?? (await readDockerConfig(env));
  const server = dockerServer(registry);
  const helper = stringAt(config, 'credHelpers', registry) ?? stringAt(config, 'credHelpers', server);
  if (helper) return askHelper(helper, server, options);
  const written = writtenFor(registry, repository, objectAt(config, 'auths') ?? {});
  if (written) return written;
  const store = stringAt(config, 'credsStore');
  return store ? askHelper(store, server, options) : undefined;
}

async function readConfig(path: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  const config = objectAt(parseJson(text));
  if (config) return config;
  throw new ActionError({
    code: 'registry-credentials',
    message: `${path} is not JSON.`,
    remedy: 'Log in again (docker/login-action, docker login), or give `registry-username` and `registry-password`.',
  });
}

/** An entry of `auths`: the longest key wins that names the registry, or a path in it as Podman's logins do. */
function writtenFor(
  registry: string,
  repository: string,
  auths: Record<string, unknown>,
): RegistryCredentials | undefined {
  const path = `${registry}/${repository}/`;
  const named = Object.entries(auths)
    .map(([key, entry]) => ({ key, entry, place: placeOf(key) }))
    .filter(({ place, entry }) => path.startsWith(`${place}/`) && credentialsOf(entry) !== undefined)
    .sort((a, b) => b.place.length - a.place.length)[0];
  return named && credentialsOf(named.entry);
}

/** `https://ghcr.io/v1/` → `ghcr.io`, `quay.io/acme` stays. */
function placeOf(key: string): string {
  const place = key.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '');
  return ['index.docker.io', 'registry-1.docker.io'].includes(place) ? 'docker.io' : place;
}

function credentialsOf(entry: unknown): RegistryCredentials | undefined {
  const source = "Docker's config.json";
  const identity = stringAt(entry, 'identitytoken');
  if (identity) return { kind: 'identity', token: identity, source };
  const pair = Buffer.from(stringAt(entry, 'auth') ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const username = stringAt(entry, 'username') ?? pair.slice(0, Math.max(0, colon));
  const password = stringAt(entry, 'password') ?? pair.slice(colon + 1).replace(/\0+$/, '');
  return username && password ? { kind: 'basic', username, password, source } : undefined;
}

/** Asks `docker-credential-<name> get` (the protocol of docker-credential-helpers): server on its input, JSON on its output. */
async function askHelper(
  name: string,
  server: string,
  { env, signal }: KeychainContext,
): Promise<RegistryCredentials | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) throw helperProblem(program, 'is not the name of a program');
  const result = await runProgram({ program, args: ['get'], input: server, env, signal, timeout: HELPER_TIMEOUT });
  if (result.kind !== 'exited') throw helperProblem(program, fateOf(result));
  if (/credentials not found/i.test(result.stdout + result.stderr)) return undefined;
  const answer = parseJson(result.stdout);
  const username = stringAt(answer, 'Username');
  const secret = stringAt(answer, 'Secret');
  if (result.code !== 0 || username === undefined || secret === undefined)
    throw helperProblem(program, `failed with exit code ${result.code}`);
  if (username === '' && secret === '') return undefined;
  return username === '<token>'
    ? { kind: 'identity', token: secret, source: program }
    : { kind: 'basic', username, password: secret, source: program };
}

function helperProblem(program: string, what: string): ActionError {
  return new ActionError({
    code: 'registry-credentials',
    message: `Docker's config.json names the credential helper ${program}, but it ${what}.`,
    remedy: 'Install or repair the helper, or give `registry-username` and `registry-password`.',
  });
}
