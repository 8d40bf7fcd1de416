import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Faults } from '../fakes/faults.ts';
import { listenOnLoopback } from '../fakes/loopback.ts';

/** An HTTP server on loopback whose responses a test decides. */
export class TestServer {
  readonly url: string;
  readonly faults: Faults;
  readonly seen: { readonly line: string; readonly authorization: string | undefined; readonly body: string }[] = [];
  handle = (_: IncomingMessage, response: ServerResponse): void => void response.end('{"fine":true}');
  readonly #server: Server;

  private constructor(server: Server, url: string, faults: Faults) {
    this.#server = server;
    this.url = url;
    this.faults = faults;
  }

  static async start(): Promise<TestServer> {
    const faults = new Faults();
    let started: TestServer | undefined;
    const server = createServer(async (request, response) => {
      let body = '';
      await faults.serve(request, response, async () => {
        for await (const chunk of request) body += chunk;
        const { authorization } = request.headers;
        started?.seen.push({ line: `${request.method} ${request.url}`, authorization, body });
        started?.handle(request, response);
      });
    });
    started = new TestServer(server, await listen(server), faults);
    return started;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Listens on a free port. @returns the URL. */
export async function listen(server: Server): Promise<string> {
  return `http://127.0.0.1:${await listenOnLoopback(server)}`;
}
