import { closestMatch } from '../../core/closest-match.ts';
import { ActionError } from '../../core/error.ts';
import { at, listAt, stringAt } from '../../json/json.ts';
import { matchesName, qualifiedName, type ResourceType } from '../objects/resource-type.ts';
import { wellKnownTypes } from '../objects/well-known.ts';
import { ApiError } from './api-error.ts';
import type { KubernetesClient } from './client.ts';
import { explain } from './explain.ts';

/** Finds the address under which a cluster serves a kind. Asks the cluster only if the kind is not a well-known one. */
export interface Discovery {
  /** @param word `deployment`, `deploy`, `kustomizations.kustomize.toolkit.fluxcd.io`. @throws ActionError `kind-unknown`, `kind-ambiguous`. */
  byName(word: string): Promise<ResourceType>;
  /** @returns undefined if the cluster does not serve the kind. */
  byKind(group: string, kind: string): Promise<ResourceType | undefined>;
}

/** Asks for all groups in one response (aggregated discovery, Kubernetes 1.27 and later). Older servers respond with a list of groups. */
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const ACCEPT = `${AGGREGATED},${AGGREGATED.replace('v=v2', 'v=v2beta1')},application/json`;

export function createDiscovery(client: KubernetesClient): Discovery {
  let served: Promise<readonly ResourceType[]> | undefined;
  const all = () => {
    served ??= discover(client).catch((thrown: unknown) => {
      throw explain(thrown, 'list the kinds of the API', client.connection);
    });
    return served;
  };
  return {
    async byName(word) {
      const common = wellKnownTypes.find((type) => matchesName(type, word));
      if (common) return common;
      const types = await all();
      const [found, other] = types.filter((type) => matchesName(type, word));
      if (!found) throw unknownKind(word, types, client);
      if (other && other.group !== found.group) throw ambiguous(word, found, other);
      return found;
    },
    async byKind(group, kind) {
      const fits = (type: ResourceType) => type.group === group && type.kind === kind;
      return wellKnownTypes.find(fits) ?? (await all()).find(fits);
    },
  };
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

function ambiguous(word: string, one: ResourceType, other: ResourceType): ActionError {
  return new ActionError({
    code: 'kind-ambiguous',
    message: `The cluster has two kinds named "${word}": ${qualifiedName(one)} and ${qualifiedName(other)}.`,
    remedy: `Write the full name of the one you mean, for example ${one.kind.toLowerCase()}.${one.group}/name.`,
  });
}

async function discover(client: KubernetesClient): Promise<readonly ResourceType[]> {
  const [core, groups] = await Promise.all([
    client.getJson('/api', { accept: ACCEPT }),
    client.getJson('/apis', { accept: ACCEPT }),
  ]);
  const lists = await Promise.all([
    stringAt(core, 'kind') === 'APIGroupDiscoveryList' ? readAggregated(core) : readLegacy(client, ['/api/v1']),
    stringAt(groups, 'kind') === 'APIGroupDiscoveryList'
      ? readAggregated(groups)
      : readLegacy(client, listAt(groups, 'groups').flatMap(pathsOf)),
  ]);
  // Several versions of a group may serve a kind. The first one is preferred.
  const preferred = new Map(
    lists
      .flat()
      .reverse()
      .map((type) => [`${type.kind}.${type.group}`, type]),
  );
  return [...preferred.values()].reverse();
}

function pathsOf(group: unknown): string[] {
  const preferred = stringAt(group, 'preferredVersion', 'groupVersion') ?? '';
  const all = listAt(group, 'versions').map((version) => stringAt(version, 'groupVersion') ?? '');
  return [...new Set([preferred, ...all])].filter(Boolean).map((version) => `/apis/${version}`);
}

function readAggregated(list: unknown): ResourceType[] {
  return listAt(list, 'items').flatMap((group) =>
    // The server lists versions in its order of preference.
    listAt(group, 'versions').flatMap((version) =>
      listAt(version, 'resources').map((resource) => ({
        group: stringAt(group, 'metadata', 'name') ?? '',
        version: stringAt(version, 'version') ?? '',
        kind: stringAt(resource, 'responseKind', 'kind') ?? '',
        plural: stringAt(resource, 'resource') ?? '',
        namespaced: stringAt(resource, 'scope') === 'Namespaced',
        shortNames: texts(listAt(resource, 'shortNames')),
      })),
    ),
  );
}

async function readLegacy(client: KubernetesClient, paths: readonly string[]): Promise<ResourceType[]> {
  const lists = await Promise.all(
    paths.map((path) =>
      client.getJson(path).catch((thrown: unknown) => {
        // If the server of an aggregated API is down, the other APIs must still be found.
        if (thrown instanceof ApiError && [404, 503].includes(thrown.status)) return undefined;
        throw thrown;
      }),
    ),
  );
  return lists.flatMap((list) => {
    const [version = '', group = ''] = (stringAt(list, 'groupVersion') ?? '').split('/').reverse();
    return listAt(list, 'resources')
      .filter((resource) => !stringAt(resource, 'name')?.includes('/'))
      .map((resource) => ({
        group,
        version,
        kind: stringAt(resource, 'kind') ?? '',
        plural: stringAt(resource, 'name') ?? '',
        namespaced: at(resource, 'namespaced') === true,
        shortNames: texts(listAt(resource, 'shortNames')),
      }));
  });
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}
