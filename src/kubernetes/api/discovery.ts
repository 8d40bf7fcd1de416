import { closestMatch } from '../../core/closest-match.ts';
import { defined } from '../../core/defined.ts';
import { ActionError } from '../../core/error.ts';
import { apiVersionOf, matchesName, qualifiedName, type ResourceType } from '../objects/resource-type.ts';
import { wellKnownTypes } from '../objects/well-known.ts';
import { describeUnread, type GroupVersion, type Patience, readGroups, readTypes } from './api-groups.ts';
import type { KubernetesClient } from './client.ts';
import { explain } from './explain.ts';

/** Finds the address under which a cluster serves a kind. Asks the cluster only if the kind is not a well-known one. */
export interface Discovery {
  /** @param word `deployment`, `deploy`, `kustomizations.kustomize.toolkit.fluxcd.io`. @throws ActionError `kind-unknown`, `kind-ambiguous`. */
  byName(word: string): Promise<ResourceType>;
  /** @returns undefined if the cluster does not serve the kind. */
  byKind(group: string, kind: string): Promise<ResourceType | undefined>;
}

/** How long a group may take to answer that may not be needed, in ms. */
const BRIEF = 3000;
/** How long all groups together may take that have not answered, if no other group has the kind, in ms. */
const LONGEST_SEARCH = 20_000;

/** What was read of some versions of groups. */
interface Reading {
  /** The kinds, each in its preferred version. */
  readonly types: readonly ResourceType[];
  readonly unread: readonly { readonly groupVersion: GroupVersion; readonly error: unknown }[];
}

interface Search extends Reading {
  /** The kinds that were looked for. */
  readonly fitting: readonly ResourceType[];
}

export function createDiscovery(client: KubernetesClient): Discovery {
  const listed = (root: '/api' | '/apis') =>
    remembered(() =>
      readGroups(client, root).catch((thrown: unknown) => {
        throw explain(thrown, 'list the kinds of the API', client.connection);
      }),
    );
  const [core, others] = [listed('/api'), listed('/apis')];
  const readers = new Map<string, () => Promise<readonly ResourceType[]>>();
  const typesOf = (groupVersion: GroupVersion, patience: Patience) => {
    const key = `${apiVersionOf(groupVersion)} ${patience.kind}`;
    const reader = readers.get(key) ?? remembered(() => readTypes(client, groupVersion, patience));
    readers.set(key, reader);
    return reader();
  };
  const read = async (versions: readonly GroupVersion[], patience: Patience): Promise<Reading> => {
    const unread: Reading['unread'][number][] = [];
    const lists = versions.map(async (groupVersion) => {
      try {
        return groupVersion.types ?? (await typesOf(groupVersion, patience));
      } catch (error) {
        // The credentials or the time of the whole wait, not of this group.
        if (error instanceof ActionError) throw error;
        unread.push({ groupVersion, error });
        return [];
      }
    });
    return { types: preferred((await Promise.all(lists)).flat()), unread };
  };
  const briefly = (versions: readonly GroupVersion[]) => read(versions, { kind: 'brief', ms: BRIEF });
  const readAll = remembered(async () => briefly((await Promise.all([core(), others()])).flat()));

  /** Looks into the groups that answer. Only if none has the kind, the others get more time. */
  const find = async (first: Reading, fits: (type: ResourceType) => boolean, stop?: AbortSignal): Promise<Search> => {
    const fitting = first.types.filter(fits);
    if (fitting.length > 0 || first.unread.length === 0) return { ...first, fitting };
    const versions = first.unread.map(({ groupVersion }) => groupVersion);
    const late = await read(versions, { kind: 'patient', ...defined({ stop }) });
    return { types: [...first.types, ...late.types], unread: late.unread, fitting: late.types.filter(fits) };
  };

  /** Looks only into some groups. @throws if one of them may have the kind, but can't be read. */
  const findIn = async (isGroup: (version: GroupVersion) => boolean, fits: (type: ResourceType) => boolean) => {
    const versions = [...(isGroup(CORE) ? await core() : []), ...(await others())].filter(isGroup);
    const { fitting, unread } = await find(await briefly(versions), fits);
    const [failed] = unread;
    if (fitting.length > 0 || !failed) return fitting;
    throw explain(failed.error, `list the kinds of ${apiVersionOf(failed.groupVersion)}`, client.connection);
  };

  const searchAll = async (word: string): Promise<Search> => {
    const fits = (type: ResourceType) => matchesName(type, word);
    const qualifier = word.split('.').slice(1).join('.').toLowerCase();
    if (qualifier === '') return find(await readAll(), fits, AbortSignal.timeout(LONGEST_SEARCH));
    const named = ({ group, version }: GroupVersion) =>
      [group, group === '' ? version : `${version}.${group}`].includes(qualifier);
    const fitting = await findIn(named, fits);
    return fitting.length > 0 ? { fitting, types: [], unread: [] } : { ...(await readAll()), fitting, unread: [] };
  };

  return {
    async byName(word) {
      const common = wellKnownTypes.find((type) => matchesName(type, word));
      if (common) return common;
      const { fitting, types, unread } = await searchAll(word);
      const [found, other] = fitting;
      if (!found) throw unread.length > 0 ? unreadKind(word, unread, client) : unknownKind(word, types, client);
      if (other && other.group !== found.group) throw ambiguous(word, found, other);
      return found;
    },
    async byKind(group, kind) {
      const fits = (type: ResourceType) => type.group === group && type.kind === kind;
      const common = wellKnownTypes.find(fits);
      return common ?? (await findIn((version) => version.group === group, fits))[0];
    },
  };
}

const CORE: GroupVersion = { group: '', version: 'v1', types: undefined };

/** A function that does its work once, until that fails. */
function remembered<T>(work: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= work().catch((thrown: unknown) => {
      known = undefined;
      throw thrown;
    });
    return known;
  };
}

/** Several versions of a group may serve a kind. The first one is preferred. */
function preferred(types: readonly ResourceType[]): readonly ResourceType[] {
  const first = new Map([...types].reverse().map((type) => [`${type.kind}.${type.group}`, type]));
  return types.filter((type) => first.get(`${type.kind}.${type.group}`) === type);
}

function unknownKind(word: string, types: readonly ResourceType[], { connection }: KubernetesClient): ActionError {
  const names = types.flatMap(({ kind, plural, shortNames }) => [kind.toLowerCase(), plural, ...shortNames]);
  const near = closestMatch(word, [...new Set(names)]);
  return new ActionError({
    code: 'kind-unknown',
    message: `The cluster (context ${connection.context}) has no kind "${word}".`,
    remedy: near
      ? `Did you mean "${near}"?`
      : 'If it is a custom resource, its definition (CRD) is not installed there. `kubectl api-resources` lists the kinds.',
  });
}

function unreadKind(word: string, unread: Reading['unread'], { connection }: KubernetesClient): ActionError {
  const groups = unread.map(({ groupVersion, error }) => describeUnread(groupVersion, error)).join(', ');
  return new ActionError({
    code: 'kind-unknown',
    message: `The cluster (context ${connection.context}) has no kind "${word}" in the API groups that answer. These don't: ${groups}.`,
    remedy:
      'Is the name right? If the kind belongs to one of these groups, look why their server is down: `kubectl get apiservices`.',
  });
}

function ambiguous(word: string, one: ResourceType, other: ResourceType): ActionError {
  return new ActionError({
    code: 'kind-ambiguous',
    message: `The cluster has two kinds named "${word}": ${qualifiedName(one)} and ${qualifiedName(other)}.`,
    remedy: `Write the full name of the one you mean, for example ${one.kind.toLowerCase()}.${one.group}/name.`,
  });
}
