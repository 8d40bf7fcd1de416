import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/core/clock.ts';
import { defined } from '../../src/core/defined.ts';
import type { Env } from '../../src/core/inputs.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { createHttp } from '../../src/http/http.ts';
import { createClient, type KubernetesClient } from '../../src/kubernetes/api/client.ts';
import { openApiSession } from '../../src/kubernetes/api/session.ts';
import { readConnection } from '../../src/kubernetes/config/connection.ts';

export interface World {
  /** Content or path, as the input of the actions. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly env?: Env;
  readonly cwd?: string;
  readonly clock?: Clock;
  readonly secrets?: Secrets;
  readonly serviceAccountFolder?: string;
  /** Whether streaming lists are tried; by default objects are listed. */
  readonly streams?: boolean;
}

export interface Connected {
  readonly client: KubernetesClient;
  readonly close: () => Promise<void>;
}

/** Our client over a kubeconfig, as the actions put it together. */
export async function connect(world: World): Promise<Connected> {
  const { env = {}, clock = systemClock, secrets = new Secrets(), cwd = '/nowhere' } = world;
  const stop = new AbortController();
  const connection = await readConnection({
    given: world.kubeconfig,
    context: world.context,
    env,
    cwd,
    clock,
    secrets,
    signal: stop.signal,
    ...defined({ serviceAccountFolder: world.serviceAccountFolder }),
  });
  const http = createHttp({ env, userAgent: 'test' });
  const client = createClient(openApiSession(connection, http, clock), stop.signal, {
    streams: world.streams ?? false,
  });
  return {
    client,
    async close() {
      stop.abort();
      await http.close();
    },
  };
}
