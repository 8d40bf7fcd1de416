import { createServer, type Socket } from 'node:net';
import { listenOnLoopback } from './loopback.ts';

/** A response as it goes over the wire: header values may have bytes that `node:http` refuses to send. */
export interface RawResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

/** An HTTP server that sends whatever bytes a test wants, and closes the connection after each response. */
export class RawServer {
  /** `GET /path` of each request. */
  readonly requests: string[] = [];
  readonly origin: string;
  /** Answers a request line. */
  respond: (line: string) => RawResponse = () => ({ status: 200, headers: [] });
  readonly #close: () => void;

  private constructor(port: number, close: () => void) {
    this.origin = `http://127.0.0.1:${port}`;
    this.#close = close;
  }

  static async start(): Promise<RawServer> {
    const sockets = new Set<Socket>();
    let serve = (_: Socket) => {};
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => {});
      serve(socket);
    });
    const port = await listenOnLoopback(server);
    const raw = new RawServer(port, () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    serve = (socket) => raw.#serve(socket);
    return raw;
  }

  get host(): string {
    return new URL(this.origin).host;
  }

  stop(): void {
    this.#close();
  }

  #serve(socket: Socket): void {
    let received = '';
    let isAnswered = false;
    socket.setEncoding('latin1').on('data', (chunk) => {
      received += chunk;
      // The begin of TLS, which this server doesn't speak.
      if (received.startsWith('\x16')) return void socket.destroy();
      if (isAnswered || !received.includes('\r\n\r\n')) return;
      isAnswered = true;
      const line = /^\w+ \S*/.exec(received)?.[0];
      if (line === undefined) return void socket.destroy();
      this.requests.push(line);
      const { status, headers, body = '' } = this.respond(line);
      const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      const length =
        line.startsWith('HEAD') || status === 204 ? '' : `content-length: ${Buffer.byteLength(body, 'latin1')}\r\n`;
      socket.end(Buffer.from(`HTTP/1.1 ${status} X\r\n${head}${length}connection: close\r\n\r\n${body}`, 'latin1'));
    });
  }
}
