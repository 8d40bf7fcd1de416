import { access } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { closestMatch } from '../../core/closest-match.ts';
import { defined } from '../../core/defined.ts';
import { ActionError } from '../../core/error.ts';
import type { Env } from '../../core/inputs.ts';
import type { Secrets } from '../../core/secrets.ts';
import { describeFsError } from '../../files/fs-error.ts';
import { readTextFile } from '../../files/regular-file.ts';
import { isObject, listAt, objectAt, parseJson, stringAt } from '../../json/json.ts';
import { readYaml } from '../../json/yaml.ts';
import { decodedKubeconfig, isBase64, isContent, isPathLike } from './given-kubeconfig.ts';
import { secretsInContent } from './secrets-in-kubeconfig.ts';

type Entry = Readonly<Record<string, unknown>>;

/** One or more kubeconfig files, merged. Relative paths in entries have been made absolute. */
export interface Kubeconfig {
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly currentContext: string | undefined;
}

/** A context with its cluster and user. */
export interface ContextEntry {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly cluster: Entry;
  readonly clusterName: string;
  readonly user: Entry;
  readonly userName: string;
}

/**
 * Reads the first of these that exists: the given kubeconfig (content or path), the files of KUBECONFIG, `~/.kube/config`.
 * @returns undefined if there is none.
 * @throws ActionError `kubeconfig-unreadable` or `kubeconfig-invalid`.
 */
export async function loadKubeconfig(source: {
  readonly given: string | undefined;
  readonly env: Env;
  readonly cwd: string;
  readonly secrets: Secrets;
}): Promise<Kubeconfig | undefined> {
  const { given, env, cwd, secrets } = source;
  if (given !== undefined && isContent(decodedKubeconfig(given)))
    return merge([await parseFile(given, 'given as text', cwd, secrets)]);
  if (given !== undefined) return merge([await readGivenFile(given, cwd, secrets)]);
  if (env['KUBECONFIG']) return merge(await readVariable(env['KUBECONFIG'], cwd, secrets));
  const home = env['HOME'] ?? env['USERPROFILE'];
  if (home === undefined) return undefined;
  const path = join(home, '.kube', 'config');
  const text = readIfUsable(path);
  return text === undefined ? undefined : merge([await parseFile(text, path, dirname(path), secrets)]);
}

/** @param name undefined: the current context. @throws ActionError `context-unknown`, `kubeconfig-invalid`. */
export function chooseContext(config: Kubeconfig, name: string | undefined): ContextEntry {
  const wanted = name ?? config.currentContext;
  const names = [...config.contexts.keys()];
  const listed = names.length > 0 ? names.map((known) => `"${known}"`).join(', ') : 'none';
  const entry = wanted === undefined ? undefined : config.contexts.get(wanted);
  if (wanted === undefined || entry === undefined) {
    const near = wanted === undefined ? undefined : closestMatch(wanted, names);
    throw new ActionError({
      code: 'context-unknown',
      message:
        wanted === undefined
          ? 'The kubeconfig has no current-context.'
          : `The kubeconfig has no context "${wanted}"; it has ${listed}.`,
      remedy: near
        ? `Did you mean "${near}"?`
        : `Choose one of its contexts: ${listed}. \`kubectl config get-contexts\` lists them.`,
    });
  }
  const clusterName = stringAt(entry, 'cluster') ?? '';
  const userName = stringAt(entry, 'user') ?? '';
  const cluster = config.clusters.get(clusterName);
  if (!cluster) throw dangling(wanted, 'cluster', clusterName);
  const user = userName === '' ? {} : config.users.get(userName);
  if (!user) throw dangling(wanted, 'user', userName);
  return { name: wanted, namespace: stringAt(entry, 'namespace') || undefined, cluster, clusterName, user, userName };
}

function dangling(context: string, what: 'cluster' | 'user', name: string): ActionError {
  return new ActionError({
    code: 'kubeconfig-invalid',
    message: `The context "${context}" names the ${what} "${name}", which the kubeconfig does not contain.`,
    remedy: `Add the ${what} to the kubeconfig, or use another context.`,
  });
}

function readIfUsable(path: string): string | undefined {
  try {
    return readTextFile(path);
  } catch {
    return undefined;
  }
}

/** The files of KUBECONFIG. Skips missing ones as kubectl does, unless all are missing. */
async function readVariable(value: string, cwd: string, secrets: Secrets): Promise<readonly Kubeconfig[]> {
  const named = value.split(delimiter).filter((path) => path !== '');
  const paths = named.map((path) => resolve(cwd, path));
  const present = await Promise.all(paths.map(exists));
  const found = paths.filter((_, index) => present[index]);
  if (found.length === 0 && !named.every(isPathLike)) throw neitherPathNorContent('variable KUBECONFIG', value);
  return Promise.all(
    (found.length > 0 ? found : paths.slice(0, 1)).map((path) => readConfigFile(path, 'from KUBECONFIG', secrets)),
  );
}

async function readGivenFile(given: string, cwd: string, secrets: Secrets): Promise<Kubeconfig> {
  const path = resolve(cwd, given);
  if (isPathLike(given) || (await exists(path))) return readConfigFile(path, 'given as a path', secrets, cwd);
  throw neitherPathNorContent('kubeconfig', given);
}

/** The error of the operating system would quote the value, so it isn't the cause of this one. */
function neitherPathNorContent(what: 'kubeconfig' | 'variable KUBECONFIG', given: string): ActionError {
  return new ActionError({
    code: 'kubeconfig-unreadable',
    message: isBase64(given)
      ? `The ${what} is neither a file nor YAML. It looks like Base64, but not of a kubeconfig.`
      : `The ${what} is neither the path of a file nor a kubeconfig's content. The value is hidden, because it may be a credential.`,
    remedy: isBase64(given)
      ? 'Store the kubeconfig itself in the secret: the complete output of `kubectl config view --raw --minify --flatten`.'
      : 'Give the complete output of `kubectl config view --raw --minify --flatten`, or the path of a file with it. A token or a certificate alone is not enough.',
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (thrown: unknown) => ['EACCES', 'EPERM'].includes(stringAt(thrown, 'code') ?? ''),
  );
}

async function readConfigFile(path: string, origin: string, secrets: Secrets, within?: string): Promise<Kubeconfig> {
  let text: string;
  try {
    text = readTextFile(path, defined({ within }));
  } catch (thrown) {
    throw new ActionError({
      code: 'kubeconfig-unreadable',
      message: `The kubeconfig ${origin} can't be read: ${path}, ${describeFsError(thrown)}.`,
      remedy: 'Give the content of a kubeconfig, or the path of a file that an earlier step wrote.',
      cause: thrown,
    });
  }
  return parseFile(text, path, dirname(path), secrets);
}

async function parseFile(given: string, name: string, folder: string, secrets: Secrets): Promise<Kubeconfig> {
  const text = decodedKubeconfig(given);
  if (text !== given) secrets.add(given);
  if (isBase64(text)) throw invalidFile(name, 'it is Base64, but not of a kubeconfig');
  // Before anything can quote them.
  for (const secret of await secretsInContent(text)) secrets.add(secret);
  const value = parseJson(text) ?? (await parseYaml(text, name));
  if (!isObject(value) || !('contexts' in value || 'clusters' in value || 'users' in value))
    throw invalidFile(name, 'it has no contexts, clusters or users');
  return {
    contexts: entries(value, 'contexts', 'context', folder),
    clusters: entries(value, 'clusters', 'cluster', folder),
    users: entries(value, 'users', 'user', folder),
    currentContext: stringAt(value, 'current-context') || undefined,
  };
}

async function parseYaml(text: string, name: string): Promise<unknown> {
  const read = await readYaml(text);
  if (read.kind === 'value') return read.value;
  // The reason can quote a line, which may contain a credential, so only the position is reported.
  throw invalidFile(name, `it is not YAML that can be read (at line ${read.line}, column ${read.column})`);
}

function invalidFile(name: string, problem: string): ActionError {
  return new ActionError({
    code: 'kubeconfig-invalid',
    message: `The kubeconfig (${name}) can't be used: ${problem}.`,
    remedy: 'Give the complete output of `kubectl config view --raw --minify --flatten`.',
  });
}

function entries(value: unknown, list: string, key: string, folder: string): Map<string, Entry> {
  const named = listAt(value, list).flatMap((item): [string, Entry][] => {
    const name = stringAt(item, 'name');
    return name === undefined ? [] : [[name, absolute(objectAt(item, key) ?? {}, folder)]];
  });
  // Of two entries with the same name the first one counts, as in kubectl.
  return new Map(named.reverse());
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

function absolute(entry: Entry, folder: string): Entry {
  const exec = objectAt(entry, 'exec');
  const command = stringAt(exec, 'command') ?? '';
  // A name without a folder is looked for on the PATH.
  const located = /[\\/]/.test(command) ? { exec: { ...exec, command: resolve(folder, command) } } : {};
  const paths = Object.entries(entry).map(([key, value]): [string, unknown] => [
    key,
    PATHS.includes(key) && typeof value === 'string' && value !== '' ? resolve(folder, value) : value,
  ]);
  return { ...Object.fromEntries(paths), ...located };
}

/** If several files set a name or the current context, the first one wins. */
function merge(files: readonly Kubeconfig[]): Kubeconfig {
  const all = (pick: (file: Kubeconfig) => ReadonlyMap<string, Entry>) =>
    new Map([...files].reverse().flatMap((file) => [...pick(file)]));
  return {
    contexts: all((file) => file.contexts),
    clusters: all((file) => file.clusters),
    users: all((file) => file.users),
    currentContext: files.find((file) => file.currentContext !== undefined)?.currentContext,
  };
}
