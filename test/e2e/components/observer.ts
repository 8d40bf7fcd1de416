import { listAt } from '../../../src/json/json.ts';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import type { ResourceType } from '../../../src/kubernetes/objects/resource-type.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';
import { type Connected, connect } from '../../kubernetes/connect.ts';

/** What the API shows of a namespace, with the time at which each state of an object came. */
export interface Observer {
  /** When the first state came that is so, in ms since the epoch; undefined where none has. */
  first(isSo: (object: KubernetesObject) => boolean): number | undefined;
  stop(): Promise<void>;
}

const { deployments, replicaSets, statefulSets, daemonSets, jobs, pods, events } = wellKnown;
const KINDS: readonly ResourceType[] = [deployments, replicaSets, statefulSets, daemonSets, jobs, pods, events];

/** Watches what happens in a namespace, apart from the action that is tested. */
export async function observe(kubeconfig: string, namespace: string): Promise<Observer> {
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
export function shows(pattern: RegExp): (object: KubernetesObject) => boolean {
  return ({ kind, ...object }) =>
    pattern.test(
      kind === 'Event' ? `${object['reason']} ${object['message']}` : JSON.stringify(object['status'] ?? {}),
    );
}

/** Images of a template, to tell a new state of a workload from an old one. */
export function runs(object: KubernetesObject, image: string): boolean {
  return listAt(object, 'spec', 'template', 'spec', 'containers').some((each) => JSON.stringify(each).includes(image));
}
