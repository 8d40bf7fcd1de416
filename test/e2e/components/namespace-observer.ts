import { listAt } from '../../../src/json/json.ts';
import type { KubernetesObject } from '../../../src/kubernetes/object.ts';
import type { ResourceType } from '../../../src/kubernetes/resource-type.ts';
import { wellKnown } from '../../../src/kubernetes/well-known.ts';
import { type Connected, connect } from '../../kubernetes/client.ts';

/** The objects of a namespace as the API shows them, each state with the time at which it was seen. */
export interface NamespaceObserver {
  /** When the first state came that is so, in ms since the epoch; undefined where none has. */
  first(isSo: (object: KubernetesObject) => boolean): number | undefined;
  stop(): Promise<void>;
}

const { deployments, replicaSets, statefulSets, daemonSets, jobs, pods, events } = wellKnown;
const KINDS: readonly ResourceType[] = [deployments, replicaSets, statefulSets, daemonSets, jobs, pods, events];

/** Watches what happens in a namespace, apart from the action that is tested. */
export async function observeNamespace(kubeconfig: string, namespace: string): Promise<NamespaceObserver> {
  const connected: Connected = await connect({ kubeconfig });
  const over = new AbortController();
  const seen: { readonly at: number; readonly object: KubernetesObject }[] = [];
  const note = (object: KubernetesObject) => seen.push({ at: Date.now(), object });
  const follow = async (type: ResourceType) => {
    const { items, resourceVersion } = await connected.client.list({ type, namespace });
    items.forEach(note);
    const from = { resourceVersion, seconds: 280 };
    for await (const event of connected.client.watch({ type, namespace }, from, over.signal))
      if (event.kind !== 'bookmark') note(event.object);
  };
  const following = Promise.all(KINDS.map(follow)).catch((thrown: unknown) => {
    if (!over.signal.aborted) throw thrown;
  });
  following.catch(() => {});
  return {
    first: (isSo) => seen.find(({ object }) => isSo(object))?.at,
    async stop() {
      over.abort();
      await following;
      await connected.close();
    },
  };
}

/** Whether an object's status, or what an event says, fits a pattern. */
export function statusMatches(pattern: RegExp): (object: KubernetesObject) => boolean {
  return ({ kind, ...object }) =>
    pattern.test(
      kind === 'Event' ? `${object['reason']} ${object['message']}` : JSON.stringify(object['status'] ?? {}),
    );
}

/** Images of a template, to tell a new state of a workload from an old one. */
export function usesImage(object: KubernetesObject, image: string): boolean {
  return listAt(object, 'spec', 'template', 'spec', 'containers').some((each) => JSON.stringify(each).includes(image));
}
