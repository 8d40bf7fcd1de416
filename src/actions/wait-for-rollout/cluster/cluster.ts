import { sayOnce } from '../../../core/once.ts';
import type { Context } from '../../../entry/context.ts';
import { createClient, type KubernetesClient } from '../../../kubernetes/api/client.ts';
import { createDiscovery, type Discovery } from '../../../kubernetes/api/discovery.ts';
import { openApiSession } from '../../../kubernetes/api/session.ts';
import { readConnection } from '../../../kubernetes/config/connection.ts';
import { ClusterView } from '../../../kubernetes/watch/cluster-view.ts';
import { limitNewSpace } from '../../../kubernetes/watch/memory.ts';
import type { contract } from '../contract.ts';
import { ConnectDeadline } from './connect-deadline.ts';

/** A cluster that has targets. */
export interface Cluster {
  /** The name of its context in the kubeconfig. */
  readonly context: string;
  /** The namespaces of targets that name none. */
  readonly namespaces: readonly string[];
  readonly client: KubernetesClient;
  readonly discovery: Discovery;
  readonly view: ClusterView;
  readonly connectDeadline: ConnectDeadline;
}

/** Reads the kubeconfig for every context. Sends nothing yet. @param onChange called when a watch reports a change. */
export async function connectClusters(
  context: Context<typeof contract>,
  onChange: () => void,
): Promise<readonly Cluster[]> {
  limitNewSpace();
  const { inputs } = context;
  const names = inputs.contexts.length > 0 ? [...new Set(inputs.contexts)] : [undefined];
  return Promise.all(names.map((name) => connectCluster(name, context, onChange)));
}

async function connectCluster(
  name: string | undefined,
  context: Context<typeof contract>,
  onChange: () => void,
): Promise<Cluster> {
  const { inputs, env, cwd, clock, secrets, signal, http, log } = context;
  const source = { given: inputs.kubeconfig, context: name, env, cwd, clock, secrets, signal };
  const connection = await readConnection(source);
  const connectDeadline = new ConnectDeadline(context, connection);
  const { onRetry } = connectDeadline;
  const session = openApiSession(connection, http, clock, { onRetry, timeout: inputs.timeout });
  const client = createClient(session, AbortSignal.any([signal, connectDeadline.signal]));
  const onWarning = sayOnce((sentence) => log.warning(sentence));
  return {
    context: connection.context,
    namespaces: inputs.namespace.length > 0 ? [...new Set(inputs.namespace)] : [connection.namespace],
    client,
    discovery: createDiscovery(client),
    view: new ClusterView({ client, clock, onChange, onWarning }),
    connectDeadline,
  };
}
