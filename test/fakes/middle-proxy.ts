import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './loopback.ts';

/** A plain HTTP proxy between a client and a server that treats responses as badly as some real proxies do. */
export class MiddleProxy {
  /** Whether to buffer each response until it is complete. */
  buffers = false;
  readonly #upstream: URL;
  readonly #server: Server;
  readonly #frozen = new Set<IncomingMessage>();
  readonly #open = new Set<IncomingMessage>();
  #port = 0;

  private constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server = createServer((incoming, outgoing) => this.#send(incoming, outgoing));
  }

  static async start(upstream: string): Promise<MiddleProxy> {
    const proxy = new MiddleProxy(upstream);
    proxy.#port = await listenOnLoopback(proxy.#server);
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Stops sending the responses that are under way, without closing their connections. */
  freeze(): void {
    for (const answer of this.#open) this.#frozen.add(answer);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #send(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { hostname, port } = this.#upstream;
    const forwarded = request({
      hostname,
      port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    });
    incoming.pipe(forwarded);
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    forwarded.on('response', (answer) => this.#relay(answer, outgoing));
  }

  #relay(answer: IncomingMessage, outgoing: ServerResponse): void {
    this.#open.add(answer);
    const buffered: Buffer[] = [];
    const sendHead = () => {
      if (!outgoing.headersSent) outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!this.buffers) outgoing.flushHeaders();
    };
    if (!this.buffers) sendHead();
    answer.on('data', (chunk: Buffer) => {
      if (this.#frozen.has(answer)) return;
      if (this.buffers) buffered.push(chunk);
      else outgoing.write(chunk);
    });
    answer.on('error', () => outgoing.destroy());
    answer.on('close', () => this.#open.delete(answer));
    answer.on('end', () => {
      if (this.#frozen.has(answer)) return;
      sendHead();
      outgoing.end(Buffer.concat(buffered));
    });
  }
}
