import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Faults } from '../faults.ts';
import { listenOnLoopback } from '../loopback.ts';
import { Access, type AccessRules, type Right } from './access.ts';
import { RegistryError } from './answer.ts';
import { serveManifest } from './manifests.ts';
import { Store } from './store.ts';
import { Uploads } from './uploads.ts';

export interface RegistryOptions {
  readonly access?: AccessRules;
  /** Speaks TLS with this key and certificate (PEM). */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Refuses bodies larger than this with 413, as proxies do. */
  readonly bodyLimit?: number;
}

export interface SeenRequest {
  /** `PUT /v2/…?digest=…` */
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
}

const NAME = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*';
const ROUTE = new RegExp(
  `^/v2/(${NAME})/(manifests/([^/]+)|blobs/uploads/([^/]*)|blobs/(sha256:[0-9a-f]{64})|tags/list)$`,
);

/** An OCI distribution 1.1 registry in memory. It refuses what CNCF distribution (Docker's registry) refuses. */
export class FakeRegistry {
  readonly store = new Store();
  readonly faults = new Faults();
  readonly access: Access;
  readonly seen: SeenRequest[] = [];
  readonly uploads = new Uploads(this.store);
  readonly #server: Server;
  readonly #options: RegistryOptions;
  #port = 0;

  private constructor(options: RegistryOptions) {
    this.#options = options;
    this.access = new Access(options.access ?? { kind: 'none' }, () => this.origin);
    const listener: RequestListener = (request, response) => {
      this.seen.push({ line: `${request.method} ${request.url}`, headers: request.headers });
      // A connection that a fault or the client has broken is not an error of the fake.
      void this.faults.serve(request, response, () => this.#handle(request, response)).catch(() => response.destroy());
    };
    this.#server = options.tls ? createTlsServer({ ...options.tls }, listener) : createServer(listener);
  }

  static async start(options: RegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    registry.#port = await listenOnLoopback(registry.#server);
    return registry;
  }

  /** `127.0.0.1:<port>`, as in image references. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get origin(): string {
    return `${this.#options.tls ? 'https' : 'http'}://${this.host}`;
  }

  /** The request lines so far that match a pattern. */
  lines(pattern: RegExp): string[] {
    return this.seen.map(({ line }) => line).filter((line) => pattern.test(line));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    try {
      await this.#route(request, response);
    } catch (thrown) {
      if (!(thrown instanceof RegistryError)) throw thrown;
      request.resume();
      thrown.send(response);
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    if (url.pathname === '/token') return this.access.serveToken(request, response);
    if (url.pathname === '/v2/') {
      this.access.check(request, []);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const [, repository, , reference, upload, blob] = ROUTE.exec(url.pathname) ?? [];
    if (repository === undefined) throw new RegistryError(404, 'NAME_INVALID', 'invalid repository name or path');
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const pull: Right = { repository, action: 'pull' };
    this.access.check(request, reads && upload === undefined ? [pull] : [pull, { repository, action: 'push' }]);
    const { bodyLimit } = this.#options;
    if (bodyLimit !== undefined && Number(request.headers['content-length'] ?? 0) > bodyLimit)
      throw new RegistryError(413, 'SIZE_INVALID', 'request entity too large', { connection: 'close' });

    if (reference !== undefined) return serveManifest(this.store, repository, reference, request, response);
    if (blob !== undefined) return this.#serveBlob(repository, blob, request, response);
    if (upload === undefined) return this.#listTags(repository, url, response);
    if (upload !== '') return this.uploads.serve(repository, upload, request, response, url.searchParams);
    if (request.method !== 'POST') throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.');
    const from = url.searchParams.get('from');
    const mayMount = from !== null && this.access.allows(request, { repository: from, action: 'pull' });
    return this.uploads.begin(repository, request, response, url.searchParams, mayMount);
  }

  #serveBlob(repository: string, digest: string, request: IncomingMessage, response: ServerResponse): void {
    const bytes = this.store.blob(repository, digest);
    if (!bytes) throw new RegistryError(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
    if (request.method === 'DELETE') {
      this.store.repository(repository).blobs.delete(digest);
      response.writeHead(202).end();
      return;
    }
    const headers = {
      'content-type': 'application/octet-stream',
      'docker-content-digest': digest,
      'accept-ranges': 'bytes',
    };
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    if (from !== undefined && Number(from) >= bytes.length)
      throw new RegistryError(416, 'RANGE_INVALID', 'range not satisfiable', {
        'content-range': `bytes */${bytes.length}`,
      });
    const start = Number(from ?? 0);
    const end = to ? Math.min(Number(to), bytes.length - 1) : bytes.length - 1;
    const part = from === undefined ? bytes : bytes.subarray(start, end + 1);
    response
      .writeHead(from === undefined ? 200 : 206, {
        ...headers,
        'content-length': String(part.length),
        ...(from === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${bytes.length}` }),
      })
      .end(request.method === 'HEAD' ? undefined : part);
  }

  #listTags(repository: string, url: URL, response: ServerResponse): void {
    const kept = this.store.repositories.get(repository);
    if (!kept) throw new RegistryError(404, 'NAME_UNKNOWN', 'repository name not known to registry');
    const last = url.searchParams.get('last') ?? '';
    const rest = [...kept.tags.keys()].sort().filter((tag) => tag > last);
    const n = Number(url.searchParams.get('n') ?? rest.length);
    const page = rest.slice(0, n);
    const more = rest.length > page.length && page.length > 0;
    response
      .writeHead(200, {
        'content-type': 'application/json',
        ...(more ? { link: `</v2/${repository}/tags/list?last=${page.at(-1)}&n=${n}>; rel="next"` } : {}),
      })
      .end(JSON.stringify({ name: repository, tags: page }));
  }
}
