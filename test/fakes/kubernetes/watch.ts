import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../src/core/clock.ts';
import { apiVersionOf, clone, meta, namespaceOf, type Obj, type ServedType, typeKey } from './model.ts';
import { partialObject } from './partial.ts';
import type { Predicate } from './selectors.ts';
import { Refusal } from './status.ts';
import type { Change, ObjectStore } from './store.ts';

export interface WatchRequest {
  readonly type: ServedType;
  readonly namespace: string;
  readonly selects: Predicate;
  /** From the query. An empty one and `0` begin with all objects. */
  readonly resourceVersion: string;
  readonly allowBookmarks: boolean;
  /** Undefined: the watch ends when the client disconnects. */
  readonly timeoutSeconds: number | undefined;
  /** Whether only the metadata is requested. */
  readonly isPartial?: boolean;
  /** Whether it begins with all objects and a bookmark after the last one. */
  readonly sendsInitialEvents?: boolean;
}

/** How often a bookmark is sent, and how long before the end the last one is sent, in ms. */
const BOOKMARK = 60_000;
const LAST_BOOKMARK = 2000;

/** One watch: sends lines of JSON until the client disconnects, the timeout is over or the connection is cut. */
export class Watch {
  readonly #request: WatchRequest;
  readonly #response: ServerResponse;
  readonly #store: ObjectStore;
  readonly #ended = new AbortController();
  /** The last change of the kind that the client knows about, through an event or a bookmark. */
  #sentVersion: number;

  constructor(request: WatchRequest, response: ServerResponse, store: ObjectStore) {
    this.#request = request;
    this.#response = response;
    this.#store = store;
    this.#sentVersion = store.version;
  }

  start(clock: Clock): void {
    const response = this.#response;
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();
    response.once('close', () => this.#ended.abort());
    try {
      for (const change of this.#past()) this.#sendChange(change);
      if (this.#request.sendsInitialEvents)
        this.#sendBookmark(this.#store.version, { annotations: { 'k8s.io/initial-events-end': 'true' } });
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      this.#send('ERROR', thrown.toStatus());
      response.end();
      return;
    }
    const stopListening = this.#store.onChange((change) => this.#sendChange(change));
    this.#ended.signal.addEventListener('abort', stopListening);
    void this.#keepTime(clock).catch(() => {});
  }

  /** Drops the connection. */
  cut(): void {
    this.#response.destroy();
  }

  /** Ends the response with text that no API server would send. */
  garble(text: string): void {
    this.#response.end(text);
  }

  #past(): readonly Change[] {
    const { type, namespace, resourceVersion } = this.#request;
    if (resourceVersion !== '' && resourceVersion !== '0') return this.#store.since(type, Number(resourceVersion));
    return this.#store.list(type, namespace).map((object) => ({
      version: this.#store.version,
      type: 'ADDED',
      key: typeKey(type),
      object,
      before: undefined,
    }));
  }

  #sendChange(change: Change): void {
    const { type, namespace, selects } = this.#request;
    if (change.key !== typeKey(type)) return;
    if (namespace !== '' && namespaceOf(change.object) !== namespace) return;
    const isIn = change.type !== 'DELETED' && selects(change.object);
    const wasIn = change.before !== undefined && selects(change.before);
    if (isIn) this.#send(wasIn ? 'MODIFIED' : 'ADDED', change.object);
    // An object that no longer matches is sent in its last matching state, with the version of the change.
    else if (wasIn && change.before) this.#send('DELETED', atVersion(change.before, change.version));
    if (isIn || wasIn) this.#sentVersion = change.version;
  }

  async #keepTime(clock: Clock): Promise<void> {
    const { allowBookmarks, timeoutSeconds } = this.#request;
    const { signal } = this.#ended;
    const end = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeoutSeconds * 1000;
    const bookmark = allowBookmarks ? () => this.#bookmark() : () => {};
    while (clock.now() < end) {
      const left = end - clock.now();
      const next = left > LAST_BOOKMARK ? Math.min(BOOKMARK, left - LAST_BOOKMARK) : left;
      await clock.sleep(next, signal);
      if (clock.now() < end) bookmark();
    }
    this.#response.end();
  }

  /** Sends a bookmark if there were changes of the kind that the client doesn't know about. */
  #bookmark(): void {
    const latest = this.#store.latest(this.#request.type);
    if (latest <= this.#sentVersion) return;
    this.#sentVersion = latest;
    this.#sendBookmark(latest);
  }

  #sendBookmark(version: number, metadata: object = {}): void {
    const { type } = this.#request;
    this.#send('BOOKMARK', {
      kind: type.kind,
      apiVersion: apiVersionOf(type),
      metadata: { resourceVersion: String(version), ...metadata },
    });
  }

  #send(type: string, object: unknown): void {
    const shown = this.#request.isPartial && type !== 'ERROR' ? partialObject(object) : object;
    if (!this.#response.destroyed) this.#response.write(`${JSON.stringify({ type, object: shown })}\n`);
  }
}

function atVersion(object: Obj, version: number): Obj {
  const copy = clone(object);
  meta(copy)['resourceVersion'] = String(version);
  return copy;
}
