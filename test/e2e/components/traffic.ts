import { setTimeout as delay } from 'node:timers/promises';
import { listAt, numberAt, stringAt } from '../../../src/json/json.ts';
import type { Harness } from './harness.ts';

/**
 * Sends requests to the running pods of a namespace until the harness closes: `perSecond` requests to each track (label `track`),
 * through the API server's proxy. It ignores the status of the responses; Prometheus counts them.
 */
export function startTraffic(
  harness: Harness,
  proxy: string,
  namespace: string,
  perSecond: number,
  path: string,
): void {
  const controller = new AbortController();
  const running = sendRequests(
    `http://${proxy}/api/v1/namespaces/${namespace}/pods`,
    perSecond,
    path,
    controller.signal,
  );
  harness.add({
    name: 'traffic',
    async stop() {
      controller.abort();
      await running;
    },
  });
}

async function sendRequests(pods: string, perSecond: number, path: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const tracks = await urlsByTrack(pods, path, signal);
    // List the pods again every second, because they come and go.
    for (let turn = 0; turn < perSecond && !signal.aborted; turn++) {
      for (const urls of tracks) void fetch(urls[turn % urls.length] ?? '', { signal }).then(discard, ignore);
      await delay(1000 / perSecond, undefined, { signal }).catch(ignore);
    }
  }
}

async function urlsByTrack(pods: string, path: string, signal: AbortSignal): Promise<string[][]> {
  const query = 'labelSelector=track&fieldSelector=status.phase%3DRunning';
  const list: unknown = await fetch(`${pods}?${query}`, { signal }).then((response) => response.json(), ignore);
  const byTrack = Map.groupBy(listAt(list, 'items'), (pod) => stringAt(pod, 'metadata', 'labels', 'track'));
  return [...byTrack.values()].map((members) =>
    members.map((pod) => {
      const port = numberAt(pod, 'spec', 'containers', 0, 'ports', 0, 'containerPort') ?? 80;
      return `${pods}/${stringAt(pod, 'metadata', 'name')}:${port}/proxy${path}`;
    }),
  );
}

async function discard(response: Response): Promise<void> {
  await response.arrayBuffer().catch(ignore);
}

/** Requests fail when a pod goes away or the test ends. */
function ignore(): undefined {
  return undefined;
}
