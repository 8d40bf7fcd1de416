import type { Context } from '../../../entry/context.ts';
import { createClient, type KubernetesClient } from '../../../kubernetes/api/client.ts';
import { createDiscovery, type Discovery } from '../../../kubernetes/api/discovery.ts';
import { openApiSession } from '../../../kubernetes/api/session.ts';
import { readConnection } from '../../../kubernetes/config/connection.ts';
import { ClusterView } from '../../../kubernetes/watch/cluster-view.ts';
import { limitNewSpace } from '../../../kubernetes/watch/memory.ts';
import type { contract } from '../contract.ts';
import { Patience } from './patience.ts';

/** A cluster in which targets are waited for. */
export interface Cluster {
  readonly context: string;
  /** Where targets are looked for that name no namespace. */
  readonly namespaces: readonly string[];
  readonly client: KubernetesClient;
  readonly discovery: Discovery;
  readonly view: ClusterView;
  readonly patience: Patience;
}

/** Reads the kubeconfig for every context; nothing is sent yet. */
export async function connect(context: Context<typeof contract>, onChange: () => void): Promise<readonly Cluster[]> {
  limitNewSpace();
  const { inputs, env, cwd, clock, secrets, signal, http, log } = context;
  const names = inputs.contexts.length > 0 ? [...new Set(inputs.contexts)] : [undefined];
  return Promise.all(
    names.map(async (name) => {
      const source = { given: inputs.kubeconfig, context: name, env, cwd, clock, secrets, signal };
      const connection = await readConnection(source);
      const patience = new Patience(context, connection);
      const session = openApiSession(connection, http, clock, { onRetry: patience.tell, timeout: inputs.timeout });
      const client = createClient(session, AbortSignal.any([signal, patience.signal]));
      const warned = new Set<string>();
      const onWarning = (sentence: string) => {
        if (!warned.has(sentence)) log.warning(sentence);
        warned.add(sentence);
      };
      return {
        context: connection.context,
        namespaces: inputs.namespace.length > 0 ? [...new Set(inputs.namespace)] : [connection.namespace],
        client,
        discovery: createDiscovery(client),
        patience,
        view: new ClusterView({ client, clock, onChange, onWarning }),
      };
    }),
  );
}
