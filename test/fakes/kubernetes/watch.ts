import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../src/core/clock.ts';
import { apiVersionOf, clone, meta, namespaceOf, type Obj, type ServedType, typeKey } from './model.ts';
import { partial } from './partial.ts';
import type { Predicate } from './selectors.ts';
import { Refusal } from './status.ts';
import type { Change, ObjectStore } from './store.ts';

export interface WatchRequest {
  readonly type: ServedType;
  readonly namespace: string;
  readonly selects: Predicate;
  /** As given in the query; empty and `0` begin with all that is there. */
  readonly resourceVersion: string;
  readonly allowBookmarks: boolean;
  /** Undefined: it ends when the client leaves. */
  readonly timeoutSeconds: number | undefined;
  /** Whether only the metadata is asked for. */
  readonly isPartial?: boolean;
  /** Whether it begins with all that is there, and a mark that this is all. */
  readonly sendsInitialEvents?: boolean;
}

/** How often a mark is sent, and how long before the end the last one, in ms. */
const MARK = 60_000;
const LAST_MARK = 2000;

/** One watch: lines of JSON, until the client leaves, its time is up or it is cut. */
export class Watch {
  readonly #request: WatchRequest;
  readonly #response: ServerResponse;
  readonly #store: ObjectStore;
  readonly #ended = new AbortController();
  /** Changes of the kind that the client knows of, whether it selects them or not. */
  #told: number;

  constructor(request: WatchRequest, response: ServerResponse, store: ObjectStore) {
    this.#request = request;
    this.#response = response;
    this.#store = store;
    this.#told = store.version;
  }

  start(clock: Clock): void {
    const response = this.#response;
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();
    response.once('close', () => this.#ended.abort());
    try {
      for (const change of this.#past()) this.#tell(change);
      if (this.#request.sendsInitialEvents)
        this.#sendMark(this.#store.version, { annotations: { 'k8s.io/initial-events-end': 'true' } });
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      this.#send('ERROR', thrown.toStatus());
      response.end();
      return;
    }
    const stopListening = this.#store.onChange((change) => this.#tell(change));
    this.#ended.signal.addEventListener('abort', stopListening);
    void this.#keepTime(clock).catch(() => {});
  }

  /** Drops the connection. */
  cut(): void {
    this.#response.destroy();
  }

  /** Ends with a text that no API server would send. */
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

  #tell(change: Change): void {
    const { type, namespace, selects } = this.#request;
    if (change.key !== typeKey(type)) return;
    if (namespace !== '' && namespaceOf(change.object) !== namespace) return;
    const isIn = change.type !== 'DELETED' && selects(change.object);
    const wasIn = change.before !== undefined && selects(change.before);
    if (isIn) this.#send(wasIn ? 'MODIFIED' : 'ADDED', change.object);
    // What left the selection is shown as it was last in it, at the version of the change.
    else if (wasIn && change.before) this.#send('DELETED', atVersion(change.before, change.version));
    if (isIn || wasIn) this.#told = change.version;
  }

  async #keepTime(clock: Clock): Promise<void> {
    const { allowBookmarks, timeoutSeconds } = this.#request;
    const { signal } = this.#ended;
    const end = timeoutSeconds === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeoutSeconds * 1000;
    const marks = allowBookmarks ? () => this.#mark() : () => {};
    while (clock.now() < end) {
      const left = end - clock.now();
      const next = left > LAST_MARK ? Math.min(MARK, left - LAST_MARK) : left;
      await clock.sleep(next, signal);
      if (clock.now() < end) marks();
    }
    this.#response.end();
  }

  /** Only where something of the kind happened that the client has not been told. */
  #mark(): void {
    const latest = this.#store.latest(this.#request.type);
    if (latest <= this.#told) return;
    this.#told = latest;
    this.#sendMark(latest);
  }

  #sendMark(version: number, metadata: object = {}): void {
    const { type } = this.#request;
    this.#send('BOOKMARK', {
      kind: type.kind,
      apiVersion: apiVersionOf(type),
      metadata: { resourceVersion: String(version), ...metadata },
    });
  }

  #send(type: string, object: unknown): void {
    const shown = this.#request.isPartial && type !== 'ERROR' ? partial(object) : object;
    if (!this.#response.destroyed) this.#response.write(`${JSON.stringify({ type, object: shown })}\n`);
  }
}

function atVersion(object: Obj, version: number): Obj {
  const copy = clone(object);
  meta(copy)['resourceVersion'] = String(version);
  return copy;
}
