import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './loopback.ts';

/** Stands between a client and a server over plain HTTP, and treats answers as bad proxies do. */
export class MiddleProxy {
  /** Passes an answer on only when it is whole. */
  buffers = false;
  readonly #upstream: URL;
  readonly #server: Server;
  readonly #frozen = new Set<IncomingMessage>();
  readonly #open = new Set<IncomingMessage>();
  #port = 0;

  private constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server = createServer((asked, answered) => this.#pass(asked, answered));
  }

  static async start(upstream: string): Promise<MiddleProxy> {
    const proxy = new MiddleProxy(upstream);
    proxy.#port = await listenOnLoopback(proxy.#server);
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** From now on the answers that are under way say nothing more, and do not end: their connections are dead. */
  freeze(): void {
    for (const answer of this.#open) this.#frozen.add(answer);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #pass(asked: IncomingMessage, answered: ServerResponse): void {
    const { hostname, port } = this.#upstream;
    const onward = request({ hostname, port, method: asked.method, path: asked.url, headers: asked.headers });
    asked.pipe(onward);
    onward.on('error', () => answered.destroy());
    answered.on('close', () => onward.destroy());
    onward.on('response', (answer) => this.#answer(answer, answered));
  }

  #answer(answer: IncomingMessage, answered: ServerResponse): void {
    this.#open.add(answer);
    const held: Buffer[] = [];
    const head = () => {
      if (!answered.headersSent) answered.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!this.buffers) answered.flushHeaders();
    };
    if (!this.buffers) head();
    answer.on('data', (chunk: Buffer) => {
      if (this.#frozen.has(answer)) return;
      if (this.buffers) held.push(chunk);
      else answered.write(chunk);
    });
    answer.on('error', () => answered.destroy());
    answer.on('close', () => this.#open.delete(answer));
    answer.on('end', () => {
      if (this.#frozen.has(answer)) return;
      head();
      answered.end(Buffer.concat(held));
    });
  }
}
