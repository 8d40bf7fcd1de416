import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/core/clock.ts';
import { defined } from '../../src/core/defined.ts';
import type { Env } from '../../src/core/inputs.ts';
import { Secrets } from '../../src/core/secrets.ts';
import { createHttp } from '../../src/http/http.ts';
import { createClient, type KubernetesClient } from '../../src/kubernetes/api/client.ts';
import { openApiSession } from '../../src/kubernetes/api/session.ts';
import { readConnection } from '../../src/kubernetes/config/connection.ts';

export interface ConnectOptions {
  /** Content or path. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly env?: Env;
  readonly cwd?: string;
  readonly clock?: Clock;
  readonly secrets?: Secrets;
  readonly serviceAccountFolder?: string;
  /** Whether streaming lists are tried. Default: false. */
  readonly streamingLists?: boolean;
}

export interface Connected {
  readonly client: KubernetesClient;
  readonly close: () => Promise<void>;
}

/** Our client for a kubeconfig, created as in the actions. */
export async function connect(options: ConnectOptions): Promise<Connected> {
  const { env = {}, clock = systemClock, secrets = new Secrets(), cwd = '/nowhere' } = options;
  const stop = new AbortController();
  const connection = await readConnection({
    given: options.kubeconfig,
    context: options.context,
    env,
    cwd,
    clock,
    secrets,
    signal: stop.signal,
    ...defined({ serviceAccountFolder: options.serviceAccountFolder }),
  });
  const http = createHttp({ env, userAgent: 'test' });
  const client = createClient(openApiSession(connection, http, clock), stop.signal, {
    streamingLists: options.streamingLists ?? false,
  });
  return {
    client,
    async close() {
      stop.abort();
      await http.close();
    },
  };
}
