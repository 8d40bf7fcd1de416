import type { HttpResponse } from '../../http/response.ts';
import { listAt, stringAt } from '../../json/json.ts';
import type { Connection } from '../config/connection.ts';
import { type KubernetesObject, readObject } from '../objects/object.ts';
import { apiVersionOf, pathOf, type ResourceType } from '../objects/resource-type.ts';
import { type AccessReviews, createAccessReviews } from './access-reviews.ts';
import { ApiError, apiErrorOf } from './api-error.ts';
import type { ApiSession } from './session.ts';
import { StreamingLists } from './streaming-list.ts';
import { readWatch, type WatchEvent } from './watch-stream.ts';

export interface Selection {
  readonly type: ResourceType;
  /** Empty: all namespaces (or a cluster-scoped kind). */
  readonly namespace: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface ObjectList {
  readonly items: readonly KubernetesObject[];
  /** From here a watch goes on. */
  readonly resourceVersion: string;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly tailLines: number;
  /** The instance before the running one. */
  readonly previous: boolean;
}

/** The Kubernetes API of one cluster. Refusals are thrown as ApiError, silence as NetworkError; `explain` makes sentences of both. */
export interface KubernetesClient extends AccessReviews {
  readonly connection: Connection;
  /** Requests sent so far, and how many of them opened a watch. */
  readonly traffic: { readonly requests: number; readonly watches: number };
  /** By how much the server's clock is ahead of ours, in ms, to the second. */
  readonly clockSkew: number;
  getJson(path: string, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  /** @returns undefined where there is none. */
  get(type: ResourceType, namespace: string, name: string): Promise<KubernetesObject | undefined>;
  /** Every object of a selection, page by page. */
  list(selection: Selection, stop?: AbortSignal): Promise<ObjectList>;
  readonly streamingLists: StreamingLists;
  /** What happens after a resourceVersion (without one: all objects first, if the server knows how), until the server ends it after so many seconds, or the signal. */
  watch(
    selection: Selection,
    from: { readonly resourceVersion?: string; readonly seconds: number },
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent>;
  logs(request: LogRequest): Promise<string>;
  /** Changes an object by a JSON patch (RFC 6902). */
  patch(
    type: ResourceType,
    target: { readonly namespace: string; readonly name: string },
    operations: readonly object[],
  ): Promise<KubernetesObject>;
  /** Deletes this very object, not one of the same name that has come since; one that is gone is no error. */
  remove(type: ResourceType, object: KubernetesObject): Promise<void>;
}

const PAGE = 500;

/** @param streams false: objects are always listed, and watched then. */
export function createClient(session: ApiSession, signal: AbortSignal, { streams = true } = {}): KubernetesClient {
  let watches = 0;
  const succeed = async (response: HttpResponse): Promise<HttpResponse> => {
    if (response.ok) return response;
    throw await apiErrorOf(response);
  };
  const getJson = async (path: string, headers: Readonly<Record<string, string>> = {}, stop = signal) =>
    (await succeed(await session.send({ path, headers, signal: stop }))).json();
  const listPage = (selection: Selection, continueToken: string, stop?: AbortSignal) => {
    const path = collectionPath(selection, { limit: String(PAGE), continue: continueToken });
    return getJson(path, acceptOf(selection, 'PartialObjectMetadataList'), stop);
  };

  const post = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    return (
      await succeed(await session.send({ method: 'POST', path, headers, body: JSON.stringify(body), signal }))
    ).json();
  };
  return {
    connection: session.connection,
    streamingLists: new StreamingLists(streams),
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
      return readObject(await (await succeed(response)).json());
    },
    async list(selection, stop) {
      const items: KubernetesObject[] = [];
      const type = nameOf(selection);
      let continueToken = '';
      for (;;) {
        const page = await listPage(selection, continueToken, stop).catch((thrown: unknown) => {
          // The pages grew too old between two of them: begin anew, as the API conventions ask.
          if (thrown instanceof ApiError && thrown.isExpired && continueToken !== '') return undefined;
          throw thrown;
        });
        if (page === undefined) items.length = 0;
        for (const item of listAt(page, 'items')) {
          const object = readObject(item, type);
          if (object) items.push(object);
        }
        continueToken = stringAt(page, 'metadata', 'continue') ?? '';
        if (page !== undefined && continueToken === '')
          return { items, resourceVersion: stringAt(page, 'metadata', 'resourceVersion') ?? '' };
      }
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
      yield* readWatch((await succeed(response)).stream(), nameOf(selection));
    },
    async logs({ namespace, pod, container, tailLines, previous }) {
      const query = new URLSearchParams({ container, tailLines: String(tailLines), limitBytes: String(64 * 1024) });
      if (previous) query.set('previous', 'true');
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`;
      return (await succeed(await session.send({ path, headers: { accept: '*/*' }, signal }))).text();
    },
    async patch(type, { namespace, name }, operations) {
      const response = await session.send({
        method: 'PATCH',
        path: pathOf(type, namespace, name),
        headers: { 'content-type': 'application/json-patch+json' },
        body: JSON.stringify(operations),
        signal,
      });
      const object = readObject(await (await succeed(response)).json());
      if (object) return object;
      throw new ApiError({ status: 500, reason: '', message: 'The answer to a patch is no object.' });
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
      await (await succeed(response)).discard();
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
