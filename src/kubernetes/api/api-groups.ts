import { messageOf } from '../../core/error.ts';
import { at, listAt, stringAt } from '../../json/json.ts';
import { apiVersionOf, type ResourceType } from '../objects/resource-type.ts';
import { ApiError, requireObjectList } from './api-error.ts';
import type { KubernetesClient } from './client.ts';

/**
 * What an API server serves, group by group. The server of an aggregated group (metrics.k8s.io) may be down or hang, so each group is
 * asked for by itself, unless the API server knows the kinds of all groups (aggregated discovery, Kubernetes 1.27 and later).
 */

/** A version of an API group. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  /** Its kinds; undefined if it is known to exist only. */
  readonly types: readonly ResourceType[] | undefined;
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const ACCEPT = `${AGGREGATED},${AGGREGATED.replace('v=v2', 'v=v2beta1')},application/json`;

/** The versions of the core group, or of all other groups; within a group the preferred one first. @throws ApiError, NetworkError. */
export async function readGroups(client: KubernetesClient, root: '/api' | '/apis'): Promise<readonly GroupVersion[]> {
  const answer = await client.getJson(root, { accept: ACCEPT });
  if (stringAt(answer, 'kind') === 'APIGroupDiscoveryList') return readAggregated(answer);
  if (root === '/api') return [{ group: '', version: 'v1', types: undefined }];
  return listAt(requireObjectList(answer), 'groups').flatMap(versionsOf);
}

/** How a group is asked for its kinds. */
export type Patience =
  /** As for any request: a transient failure is tried again. */
  | { readonly kind: 'patient'; readonly stop?: AbortSignal }
  /** Once, for a group that may not be needed. */
  | { readonly kind: 'brief'; readonly ms: number };

/** The kinds of a version of a group; none if it no longer exists. @throws ApiError, NetworkError. */
export async function readTypes(
  client: KubernetesClient,
  groupVersion: Pick<GroupVersion, 'group' | 'version'>,
  patience: Patience,
): Promise<readonly ResourceType[]> {
  const { group, version } = groupVersion;
  const path = `/${group === '' ? 'api' : 'apis'}/${apiVersionOf(groupVersion)}`;
  const { stop } = patience.kind === 'patient' ? patience : { stop: undefined };
  const limits =
    patience.kind === 'brief' ? ({ retried: false, idleTimeout: patience.ms, timeLimit: patience.ms } as const) : {};
  try {
    const list = requireObjectList(await client.getJson(path, {}, stop, limits));
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
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status === 404) return [];
    throw thrown;
  }
}

/** `metrics.k8s.io/v1beta1 (HTTP 503, service unavailable)` */
export function describeUnread(groupVersion: Pick<GroupVersion, 'group' | 'version'>, error: unknown): string {
  const status = error instanceof ApiError && error.status > 0 ? `HTTP ${error.status}, ` : '';
  return `${apiVersionOf(groupVersion)} (${status}${messageOf(error)})`;
}

function versionsOf(entry: unknown): GroupVersion[] {
  const preferred = stringAt(entry, 'preferredVersion', 'version') ?? '';
  const all = listAt(entry, 'versions').map((version) => stringAt(version, 'version') ?? '');
  const group = stringAt(entry, 'name') ?? '';
  return [...new Set([preferred, ...all])].filter(Boolean).map((version) => ({ group, version, types: undefined }));
}

function readAggregated(list: unknown): GroupVersion[] {
  return listAt(list, 'items').flatMap((entry) =>
    // The server lists versions in its order of preference.
    listAt(entry, 'versions').map((served) => {
      const group = stringAt(entry, 'metadata', 'name') ?? '';
      const version = stringAt(served, 'version') ?? '';
      const types = listAt(served, 'resources').map((resource) => ({
        group,
        version,
        kind: stringAt(resource, 'responseKind', 'kind') ?? '',
        plural: stringAt(resource, 'resource') ?? '',
        namespaced: stringAt(resource, 'scope') === 'Namespaced',
        shortNames: texts(listAt(resource, 'shortNames')),
      }));
      // The server of the group was down when the API server asked it last.
      const isUnknown = stringAt(served, 'freshness') === 'Stale' && types.length === 0;
      return { group, version, types: isUnknown ? undefined : types };
    }),
  );
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}
