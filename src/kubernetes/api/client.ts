import type { HttpResponse } from '../../http/response.ts';
import type { Connection } from '../config/connection.ts';
import { type KubernetesObject, readObject } from '../objects/object.ts';
import { apiVersionOf, pathOf, type ResourceType } from '../objects/resource-type.ts';
import { type AccessReviews, createAccessReviews } from './access-reviews.ts';
import { ApiError, apiErrorOf, apiJsonOf, requireObjectList } from './api-error.ts';
import { listPages, PAGE_SIZE } from './list-pages.ts';
import type { ApiSession, KubernetesRequest } from './session.ts';
import { StreamingLists } from './streaming-list.ts';
import { readWatch, type WatchEvent } from './watch-stream.ts';

/** The objects of a list or watch. */
export interface Selection {
  readonly type: ResourceType;
  /** Empty: all namespaces, or a cluster-scoped kind. */
  readonly namespace: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface ObjectList {
  readonly items: readonly KubernetesObject[];
  /** Where a watch continues. */
  readonly resourceVersion: string;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly tailLines: number;
  /** The log of the previous instance of the container. */
  readonly previous: boolean;
}

/** The Kubernetes API of one cluster. An error response is thrown as ApiError, a missing response as NetworkError; `explain` turns both into ActionErrors. */
export interface KubernetesClient extends AccessReviews {
  readonly connection: Connection;
  /** How many requests were sent, and how many of them opened a watch. */
  readonly traffic: { readonly requests: number; readonly watches: number };
  /** How far the server's clock is ahead of ours, in ms; accurate to a second. */
  readonly clockSkew: number;
  /** An object of JSON. @throws ApiError also if the answer is none. */
  getJson(
    path: string,
    headers?: Readonly<Record<string, string>>,
    stop?: AbortSignal,
    limits?: Pick<KubernetesRequest, 'retried' | 'idleTimeout' | 'timeLimit'>,
  ): Promise<unknown>;
  /** @returns undefined if the object does not exist. */
  get(type: ResourceType, namespace: string, name: string): Promise<KubernetesObject | undefined>;
  /** Every object of a selection, page by page. */
  list(selection: Selection, stop?: AbortSignal): Promise<ObjectList>;
  readonly streamingLists: StreamingLists;
  /**
   * The changes since a resourceVersion. Without one, all objects come first, if the server supports streaming lists.
   * @param from.seconds after which the server ends the watch.
   */
  watch(
    selection: Selection,
    from: { readonly resourceVersion?: string; readonly seconds: number },
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent>;
  logs(request: LogRequest): Promise<string>;
  /** Changes an object with a JSON patch (RFC 6902). */
  patch(
    type: ResourceType,
    target: { readonly namespace: string; readonly name: string },
    operations: readonly object[],
  ): Promise<KubernetesObject>;
  /** Deletes this object, but not a new one with the same name. It is no error if the object no longer exists. */
  remove(type: ResourceType, object: KubernetesObject): Promise<void>;
}

/** @param streamingLists false: never use streaming lists. */
export function createClient(
  session: ApiSession,
  signal: AbortSignal,
  { streamingLists = true } = {},
): KubernetesClient {
  let watches = 0;
  const requireSuccess = async (response: HttpResponse): Promise<HttpResponse> => {
    if (response.ok) return response;
    throw await apiErrorOf(response);
  };
  const getJson: KubernetesClient['getJson'] = async (path, headers = {}, stop, limits = {}) => {
    const either = stop ? AbortSignal.any([signal, stop]) : signal;
    return apiJsonOf(await requireSuccess(await session.send({ ...limits, path, headers, signal: either })));
  };
  const listPage = async (selection: Selection, continueToken: string, stop?: AbortSignal) => {
    const path = collectionPath(selection, { limit: String(PAGE_SIZE), continue: continueToken });
    return requireObjectList(await getJson(path, acceptOf(selection, 'PartialObjectMetadataList'), stop));
  };

  const post = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const sent = await session.send({ method: 'POST', path, headers, body: JSON.stringify(body), signal });
    return apiJsonOf(await requireSuccess(sent));
  };
  return {
    connection: session.connection,
    streamingLists: new StreamingLists(streamingLists),
    get clockSkew() {
      return session.clockSkew;
    },
    get traffic() {
      return { requests: session.requests, watches };
    },
    getJson,
    async get(type, namespace, name) {
      const response = await session.send({ path: pathOf(type, namespace, name), signal });
      if (response.status === 404) {
        await response.discard();
        return undefined;
      }
      return readObject(await apiJsonOf(await requireSuccess(response)));
    },
    async list(selection, stop) {
      const type = nameOf(selection);
      return listPages({
        page: (continueToken) => listPage(selection, continueToken, stop),
        readItem: (item) => readObject(item, type),
        clock: session.clock,
        signal: stop ?? signal,
      });
    },
    async *watch(selection, { resourceVersion, seconds }, stop) {
      watches += 1;
      const response = await session.send({
        path: collectionPath(selection, {
          watch: 'true',
          allowWatchBookmarks: 'true',
          ...(resourceVersion === undefined
            ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
            : { resourceVersion }),
          timeoutSeconds: String(seconds),
        }),
        headers: acceptOf(selection, 'PartialObjectMetadata'),
        idleTimeout: 0,
        retried: false,
        signal: stop,
      });
      yield* readWatch((await requireSuccess(response)).stream(), nameOf(selection));
    },
    async logs({ namespace, pod, container, tailLines, previous }) {
      const query = new URLSearchParams({ container, tailLines: String(tailLines), limitBytes: String(64 * 1024) });
      if (previous) query.set('previous', 'true');
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`;
      return (await requireSuccess(await session.send({ path, headers: { accept: '*/*' }, signal }))).text();
    },
    async patch(type, { namespace, name }, operations) {
      const response = await session.send({
        method: 'PATCH',
        path: pathOf(type, namespace, name),
        headers: { 'content-type': 'application/json-patch+json' },
        body: JSON.stringify(operations),
        signal,
      });
      const object = readObject(await apiJsonOf(await requireSuccess(response)));
      if (object) return object;
      throw new ApiError({ status: 500, reason: '', message: 'The response to a patch is not an object.' });
    },
    async remove(type, { metadata: { namespace, name, uid } }) {
      const response = await session.send({
        method: 'DELETE',
        path: pathOf(type, namespace, name),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }),
        signal,
      });
      if (response.status === 404 || response.status === 409) return response.discard();
      await (await requireSuccess(response)).discard();
    },
    ...createAccessReviews(post),
  };
}

function nameOf({ type }: Selection) {
  return { apiVersion: apiVersionOf(type), kind: type.kind };
}

function acceptOf({ type }: Selection, as: string): Record<string, string> {
  return type.metadataOnly ? { accept: `application/json;as=${as};g=meta.k8s.io;v=v1` } : {};
}

function collectionPath(
  { type, namespace, labelSelector, fieldSelector }: Selection,
  parameters: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams();
  const all = { ...parameters, labelSelector: labelSelector ?? '', fieldSelector: fieldSelector ?? '' };
  for (const [name, value] of Object.entries(all)) if (value !== '') query.set(name, value);
  return `${pathOf(type, namespace)}?${query}`;
}
