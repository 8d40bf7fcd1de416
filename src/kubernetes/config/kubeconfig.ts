import { access, readFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { closestMatch } from '../../core/closest-match.ts';
import { ActionError, messageOf } from '../../core/error.ts';
import type { Env } from '../../core/inputs.ts';
import { describeFsError } from '../../files/fs-error.ts';
import { isObject, listAt, objectAt, parseJson, stringAt } from '../../json/json.ts';

type Entry = Readonly<Record<string, unknown>>;

/** One or several kubeconfig files as one; relative paths in entries are made absolute. */
export interface Kubeconfig {
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly currentContext: string | undefined;
}

/** A context with its cluster and user looked up. */
export interface ContextEntry {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly cluster: Entry;
  readonly clusterName: string;
  readonly user: Entry;
  readonly userName: string;
}

/**
 * Reads the input `kubeconfig` (content or path), else the files of KUBECONFIG, else `~/.kube/config`.
 * @returns undefined where there is none at all.
 * @throws ActionError `kubeconfig-unreadable` or `kubeconfig-invalid`.
 */
export async function loadKubeconfig(source: {
  readonly given: string | undefined;
  readonly env: Env;
  readonly cwd: string;
}): Promise<Kubeconfig | undefined> {
  const { given, env, cwd } = source;
  if (given !== undefined && isContent(given)) return merge([await parseFile(given, 'input `kubeconfig`', cwd)]);
  if (given !== undefined) return merge([await readConfigFile(resolve(cwd, given), '`kubeconfig`')]);
  if (env['KUBECONFIG']) {
    const paths = env['KUBECONFIG'].split(delimiter).filter((path) => path !== '');
    return merge(await readAll(paths.map((path) => resolve(cwd, path))));
  }
  const home = env['HOME'] ?? env['USERPROFILE'];
  if (home === undefined) return undefined;
  const usual = join(home, '.kube', 'config');
  const text = await readFile(usual, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : merge([await parseFile(text, usual, dirname(usual))]);
}

/** @param name the context asked for; the current one where undefined. @throws ActionError `context-unknown`, `kubeconfig-invalid`. */
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
        : `Set the input \`contexts\` to one of: ${listed}. \`kubectl config get-contexts\` lists them.`,
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
    message: `The context "${context}" names the ${what} "${name}", which the kubeconfig does not hold.`,
    remedy: `Add the ${what} to the kubeconfig, or name another context.`,
  });
}

function isContent(text: string): boolean {
  return text.includes('\n') || text.trimStart().startsWith('{') || /^(apiVersion|kind|clusters):/.test(text);
}

/** Files of the list that are not there are passed over, as kubectl does, as long as there is one. */
async function readAll(paths: readonly string[]): Promise<readonly Kubeconfig[]> {
  const missing = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => false,
        (thrown: unknown) => stringAt(thrown, 'code') === 'ENOENT',
      ),
    ),
  );
  const present = paths.filter((_, index) => !missing[index]);
  return Promise.all(
    (present.length > 0 ? present : paths.slice(0, 1)).map((path) => readConfigFile(path, 'KUBECONFIG')),
  );
}

async function readConfigFile(path: string, from: string): Promise<Kubeconfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    const encoded = /^[A-Za-z0-9+/=]{100,}$/.test(path.slice(path.lastIndexOf('/', path.length - 100) + 1));
    throw new ActionError({
      code: 'kubeconfig-unreadable',
      message: encoded
        ? 'The kubeconfig is neither a file nor YAML; it looks like Base64.'
        : `The kubeconfig that ${from} names can't be read: ${path}, ${describeFsError(thrown)}.`,
      remedy: encoded
        ? 'Decode it first, or store the kubeconfig itself in the secret.'
        : 'Give the content of a kubeconfig, or the path of a file that an earlier step wrote.',
      cause: thrown,
    });
  }
  return parseFile(text, path, dirname(path));
}

async function parseFile(text: string, name: string, folder: string): Promise<Kubeconfig> {
  const value = parseJson(text) ?? (await parseYaml(text, name));
  if (!isObject(value) || !('contexts' in value || 'clusters' in value || 'users' in value))
    throw invalidFile(name, 'it has neither contexts, clusters nor users');
  return {
    contexts: entries(value, 'contexts', 'context', folder),
    clusters: entries(value, 'clusters', 'cluster', folder),
    users: entries(value, 'users', 'user', folder),
    currentContext: stringAt(value, 'current-context') || undefined,
  };
}

async function parseYaml(text: string, name: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text);
  } catch (thrown) {
    // The parser's message quotes the line, which may hold a credential: only the place is told.
    const place = /at line \d+, column \d+/.exec(messageOf(thrown))?.[0];
    throw invalidFile(name, `it is not YAML${place ? ` (${place})` : ''}`);
  }
}

function invalidFile(name: string, why: string): ActionError {
  return new ActionError({
    code: 'kubeconfig-invalid',
    message: `The kubeconfig (${name}) can't be used: ${why}.`,
    remedy: 'Give the whole output of `kubectl config view --raw --minify --flatten`.',
  });
}

function entries(value: unknown, list: string, key: string, folder: string): Map<string, Entry> {
  const named = listAt(value, list).flatMap((item): [string, Entry][] => {
    const name = stringAt(item, 'name');
    return name === undefined ? [] : [[name, absolute(objectAt(item, key) ?? {}, folder)]];
  });
  // As kubectl reads it: of two entries with one name the first counts.
  return new Map(named.reverse());
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

function absolute(entry: Entry, folder: string): Entry {
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      PATHS.includes(key) && typeof value === 'string' && value !== '' ? resolve(folder, value) : value,
    ]),
  );
}

/** Of several files the first that sets a name, or the current context, wins. */
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
