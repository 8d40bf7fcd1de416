import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type Clock, systemClock } from '../../../src/core/clock.ts';
import { isObject, parseJson, stringAt } from '../../../src/json/json.ts';
import { Faults } from '../faults.ts';
import { listenOnLoopback } from '../loopback.ts';
import { Access, type Rule } from './access.ts';
import { discover } from './discovery.ts';
import { bodyOf, requireJson, sendJson, sendText } from './http.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { listPage } from './list.ts';
import { Logs } from './logs.ts';
import { apiVersionOf, nameOf, namespaceOf, type Obj, type ServedType } from './model.ts';
import { operate } from './operate.ts';
import { partialList } from './partial.ts';
import { attributesOf, verbOf } from './request-verb.ts';
import { ACCESS_REVIEWS, accessReview, RULES_REVIEWS, rulesReview } from './reviews.ts';
import { Refusal } from './status.ts';
import { ObjectStore } from './store.ts';
import { targetOf } from './target.ts';
import { servedTypes } from './types.ts';
import { applyLikeKubectl, provideNamespace } from './verbs.ts';
import { Watch, type WatchRequest } from './watch.ts';
import { watchRequestOf } from './watch-request.ts';

export interface KubernetesOptions {
  /** For timestamps and watch timeouts. A clock that skips sleeps would send bookmarks forever. Default: the system clock. */
  readonly clock?: Clock;
  /** The bearer token that every request except /version needs. Without it, no login is required. */
  readonly token?: string;
  /** PEM. Serves HTTPS instead of HTTP, and with `clientCa` accepts client certificates signed by it. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
}

/** A received request, for tests that check what was sent. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** Names an object. `apiVersion` is needed only if several kinds share the name. */
export interface Reference {
  readonly kind: string;
  readonly apiVersion?: string;
  readonly name: string;
  /** Default `default`. */
  readonly namespace?: string;
}

/** A Kubernetes API server on 127.0.0.1 that stores, lists, watches, patches and refuses as the real one does. It runs no controllers. */
export class FakeKubernetes {
  readonly store: ObjectStore;
  readonly faults = new Faults();
  readonly requests: SeenRequest[] = [];
  /** The served kinds. A test may add its own. */
  readonly types: ServedType[] = [...servedTypes];
  /** Whether watches send BOOKMARK events to clients that allow them. */
  bookmarks = true;
  /** Whether a watch may begin with all objects, as since Kubernetes 1.34. */
  streamingLists = true;
  /** Whether aggregated discovery is supported, as since Kubernetes 1.27. */
  aggregatedDiscovery = true;
  /** API groups whose own server (an APIService) is down: every request for them gets 503. */
  readonly downGroups = new Set<string>();
  readonly #access: Access;
  readonly #clock: Clock;
  readonly #logs = new Logs();
  readonly #watches = new Set<Watch>();
  readonly #waiting: (() => void)[] = [];
  readonly #server: Server;
  readonly #isSecure: boolean;
  #port = 0;

  private constructor({ clock = systemClock, token, tls }: KubernetesOptions) {
    this.#clock = clock;
    this.#access = new Access(token);
    this.store = new ObjectStore(clock);
    this.#isSecure = tls !== undefined;
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      void this.faults.serve(request, response, () => this.#serve(request, response));
    };
    const { clientCa, ...certificate } = tls ?? { clientCa: undefined };
    this.#server = tls
      ? createSecureServer(
          {
            ...certificate,
            ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false }),
          },
          handle,
        )
      : createServer(handle);
  }

  static async start(options: KubernetesOptions = {}): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes(options);
    for (const namespace of ['default', 'kube-system']) provideNamespace(fake.store, namespace);
    fake.#port = await listenOnLoopback(fake.#server);
    return fake;
  }

  get url(): string {
    return `${this.#isSecure ? 'https' : 'http'}://127.0.0.1:${this.#port}`;
  }

  /** A kubeconfig (YAML) with one context, `double`, and the valid token. */
  get kubeconfig(): string {
    return kubeconfigFor({ server: this.url, token: this.#access.tokens?.[0] });
  }

  /** Replaces the valid token. */
  set token(token: string | undefined) {
    this.#access.tokens = token === undefined ? undefined : [token];
  }

  /** Replaces the valid tokens. */
  set tokens(tokens: readonly string[]) {
    this.#access.tokens = tokens;
  }

  /** Creates or updates objects, as `kubectl apply` does. Creates missing namespaces. */
  apply(...objects: readonly Obj[]): Obj[] {
    return objects.map((object) => applyLikeKubectl(this.store, this.typeOf(object), object));
  }

  /** Replaces the status of an object, as its controller would. */
  setStatus(reference: Reference | Obj, status: unknown): Obj {
    const { type, object } = this.#find(reference);
    return this.store.update(type, { ...object, status }, type.statusSubresource ? 'status' : 'all');
  }

  /** Removes an object at once, ignoring nodes and finalizers. */
  delete(reference: Reference | Obj): void {
    const { type, object } = this.#find(reference);
    this.store.remove(type, object);
  }

  setLogs(namespace: string, pod: string, container: string, text: string, { previous = false } = {}): void {
    this.#logs.set(namespace, pod, container, text, previous);
  }

  grant(rule: Rule): void {
    this.#access.grant(rule);
  }

  deny(rule: Rule): void {
    this.#access.deny(rule);
  }

  /** Drops all changes so far. An older watch or page then gets 410. */
  compact(): void {
    this.store.compact();
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** Waits for a condition that requests and watches bring about. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #notifyWaiting(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Drops the connections of all watches; with `after`, ends them normally after this text. */
  cutWatches({ after = '' } = {}): void {
    for (const watch of this.#watches) {
      if (after === '') watch.cut();
      else watch.garble(after);
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Restarts at the same address, with all objects. */
  async restart(): Promise<void> {
    if (this.#server.listening) await this.stop();
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
  }

  /** The kind of an object or a reference. */
  typeOf(named: { readonly kind?: unknown; readonly apiVersion?: unknown }): ServedType {
    const fits = ({ kind, ...type }: ServedType) =>
      kind === named.kind && (named.apiVersion === undefined || apiVersionOf(type) === named.apiVersion);
    const found = this.types.find(fits);
    if (!found) throw new Error(`the fake does not serve ${String(named.apiVersion)} ${String(named.kind)}`);
    return found;
  }

  #find(reference: Reference | Obj) {
    const type = this.typeOf(reference);
    const isWhole = isObject(reference) && 'metadata' in reference;
    const name = isWhole ? nameOf(reference) : stringAt(reference, 'name');
    const namespace = (isWhole ? namespaceOf(reference) : stringAt(reference, 'namespace')) || 'default';
    return { type, object: this.store.get(type, namespace, name ?? '') };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (thrown) {
      if (response.headersSent) return void response.destroy();
      const refusal =
        thrown instanceof Refusal
          ? thrown
          : new Refusal(500, 'InternalError', `Internal error occurred: ${String(thrown)}`);
      sendJson(response, refusal.code, refusal.toStatus());
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://fake');
    const method = request.method ?? 'GET';
    this.requests.push({ method, path, query, headers: request.headers });
    response.setHeader('date', new Date(this.#clock.now()).toUTCString());
    this.#notifyWaiting();
    const text = await bodyOf(request);
    const user = this.#access.userOf(request);
    if (path === '/version') return sendJson(response, 200, VERSION);
    if (['/readyz', '/livez', '/healthz'].includes(path)) return sendText(response, 200, 'ok');
    if (path === ACCESS_REVIEWS && method === 'POST')
      return sendJson(response, 201, accessReview(this.#access, user, parseJson(text)));
    if (path === RULES_REVIEWS && method === 'POST')
      return sendJson(response, 201, rulesReview(this.#access, user, parseJson(text), this.types));
    const accept = request.headers.accept ?? '*/*';
    if (this.downGroups.has(/^\/apis\/([^/]+)\//.exec(path)?.[1] ?? ''))
      return sendText(response, 503, 'service unavailable\n');
    const discovered = discover(this.types, path, this.aggregatedDiscovery ? accept : '', this.downGroups);
    if (discovered && method === 'GET') {
      this.#access.requirePath(user, path);
      return sendJson(response, 200, discovered.body, discovered.contentType);
    }
    const target = targetOf(this.types, path);
    if (!target) return sendText(response, 404, '404 page not found\n');
    const verb = verbOf(method, target, query);
    this.#access.require(user, attributesOf(verb, target));
    if (target.subresource === 'log') {
      const text = this.#logs.read(this.store.get(target.type, target.namespace, target.name), target.namespace, query);
      return text === undefined ? void response.writeHead(204).end() : sendText(response, 200, text);
    }
    requireJson(accept);
    const isPartial = accept.includes('as=PartialObjectMetadata');
    if (verb === 'watch') {
      const { bookmarks, streamingLists } = this;
      return this.#watch(watchRequestOf(target, query, { bookmarks, streamingLists, isPartial }), response);
    }
    if (verb === 'list' && isPartial)
      return sendJson(response, 200, partialList(listPage(this.store, target.type, target.namespace, query)));
    const contentType = request.headers['content-type'] ?? '';
    await operate(this.store, verb, target, { text, query, contentType }, response);
  }

  #watch(request: WatchRequest, response: ServerResponse): void {
    const watch = new Watch(request, response, this.store);
    this.#watches.add(watch);
    response.once('close', () => {
      this.#watches.delete(watch);
      this.#notifyWaiting();
    });
    watch.start(this.#clock);
    this.#notifyWaiting();
  }
}

const VERSION = { major: '1', minor: '34', gitVersion: 'v1.34.4', gitTreeState: 'clean', platform: 'linux/amd64' };
