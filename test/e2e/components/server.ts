import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Harness } from './harness.ts';
import { portOf } from './ports.ts';

/** Serves HTTP from this process on a free loopback port until the harness closes. Returns the URL. */
export async function serve(harness: Harness, name: string, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  harness.add({
    name,
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  });
  return `http://127.0.0.1:${portOf(server)}`;
}
