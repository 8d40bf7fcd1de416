import { sayOnce } from '../../../core/once.ts';
import type { Runtime } from '../../../entry/context.ts';
import { createClient, type KubernetesClient } from '../../../kubernetes/api/client.ts';
import { createDiscovery, type Discovery } from '../../../kubernetes/api/discovery.ts';
import { openApiSession } from '../../../kubernetes/api/session.ts';
import { readConnection } from '../../../kubernetes/config/connection.ts';
import { ClusterView } from '../../../kubernetes/watch/cluster-view.ts';
import { limitNewSpace } from '../../../kubernetes/watch/memory.ts';
import { ConnectDeadline } from './connect-deadline.ts';

/** The clusters to connect to. */
export interface ClusterSelection {
  /** The content or the path of the kubeconfig; undefined: where kubectl looks for it. */
  readonly kubeconfig: string | undefined;
  /** Contexts of the kubeconfig; empty: its current context. */
  readonly contexts: readonly string[];
  /** The namespaces of targets that name none; empty: the namespace of the context. */
  readonly namespaces: readonly string[];
  /** How long the clusters may take to answer, in ms. */
  readonly timeout: number;
}

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
  selection: ClusterSelection,
  runtime: Runtime,
  onChange: () => void,
): Promise<readonly Cluster[]> {
  limitNewSpace();
  const { contexts } = selection;
  const names = contexts.length > 0 ? contexts : [undefined];
  return Promise.all(names.map((name) => connectCluster(name, selection, runtime, onChange)));
}

async function connectCluster(
  name: string | undefined,
  { kubeconfig, namespaces, timeout }: ClusterSelection,
  runtime: Runtime,
  onChange: () => void,
): Promise<Cluster> {
  const { env, cwd, clock, secrets, signal, http, log } = runtime;
  const show = (text: string) => log.info(text);
  const source = { given: kubeconfig, context: name, env, cwd, clock, secrets, signal, timeout, show };
  const connection = await readConnection(source);
  const connectDeadline = new ConnectDeadline(connection, timeout, runtime);
  const { onRetry } = connectDeadline;
  const session = openApiSession(connection, http, clock, { onRetry, timeout });
  const client = createClient(session, AbortSignal.any([signal, connectDeadline.signal]));
  const onWarning = sayOnce((sentence) => log.warning(sentence));
  return {
    context: connection.context,
    namespaces: namespaces.length > 0 ? namespaces : [connection.namespace],
    client,
    discovery: createDiscovery(client),
    view: new ClusterView({ client, clock, onChange, onWarning }),
    connectDeadline,
  };
}
