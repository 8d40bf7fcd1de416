import { listAt } from '../../../src/json/json.ts';
import type { KubernetesClient } from '../../../src/kubernetes/api/client.ts';
import type { KubernetesObject } from '../../../src/kubernetes/objects/object.ts';
import type { ResourceType } from '../../../src/kubernetes/objects/resource-type.ts';
import { wellKnown } from '../../../src/kubernetes/objects/well-known.ts';

/** The objects of a namespace as the API shows them, each state with the time at which it was seen. */
export interface NamespaceObserver {
  /** When the first matching state was seen, in ms since the epoch. Undefined if there was none. */
  firstSeen(matches: (object: KubernetesObject) => boolean): number | undefined;
  stop(): Promise<void>;
}

const { deployments, replicaSets, statefulSets, daemonSets, jobs, pods, events } = wellKnown;
const KINDS: readonly ResourceType[] = [deployments, replicaSets, statefulSets, daemonSets, jobs, pods, events];

/** Watches a namespace, independently of the action under test. */
export function observeNamespace(client: KubernetesClient, namespace: string): NamespaceObserver {
  const stopping = new AbortController();
  const seen: { readonly at: number; readonly object: KubernetesObject }[] = [];
  const record = (object: KubernetesObject) => seen.push({ at: Date.now(), object });
  const watchType = async (type: ResourceType) => {
    const { items, resourceVersion } = await client.list({ type, namespace });
    items.forEach(record);
    const from = { resourceVersion, seconds: 280 };
    for await (const event of client.watch({ type, namespace }, from, stopping.signal))
      if (event.kind !== 'bookmark') record(event.object);
  };
  const watching = Promise.all(KINDS.map(watchType)).catch((thrown: unknown) => {
    if (!stopping.signal.aborted) throw thrown;
  });
  watching.catch(() => {});
  return {
    firstSeen: (matches) => seen.find(({ object }) => matches(object))?.at,
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

/** Tests whether an object's status, or an event's reason and message, match a pattern. */
export function statusMatches(pattern: RegExp): (object: KubernetesObject) => boolean {
  return ({ kind, ...object }) =>
    pattern.test(
      kind === 'Event' ? `${object['reason']} ${object['message']}` : JSON.stringify(object['status'] ?? {}),
    );
}

/** Whether a workload's template uses the image: tells its new spec from the old one. */
export function usesImage(object: KubernetesObject, image: string): boolean {
  return listAt(object, 'spec', 'template', 'spec', 'containers').some((each) => JSON.stringify(each).includes(image));
}
