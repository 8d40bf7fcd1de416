import { isDeepStrictEqual } from 'node:util';
import { at, booleanAt, numberAt, stringAt } from '../../json/json.ts';
import { ApiError } from '../api/api-error.ts';
import type { KubernetesClient } from '../api/client.ts';
import { isTransientError } from '../api/explain.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { ResourceType } from '../objects/resource-type.ts';
import { wellKnown } from '../objects/well-known.ts';
import { isReady } from '../pods/pod-state.ts';
import { gitopsOwner } from './gitops-owner.ts';
import { historyKind, patchToRevision, previousRevision, type WorkloadRevision } from './history.ts';

export type UndoResult =
  | { readonly kind: 'back'; readonly revision: WorkloadRevision; readonly object: KubernetesObject }
  /** Nothing was changed. */
  | { readonly kind: 'left'; readonly reason: string };

/** So often is tried again where something else (an autoscaler) changes the spec at the same moment. */
const TRIES = 5;

/**
 * Brings a Deployment, StatefulSet or DaemonSet back to its previous revision, as `kubectl rollout undo` does, in one request that the
 * server carries out only on the spec that was judged.
 * @param judged the workload as it failed.
 */
export async function undo(
  client: KubernetesClient,
  type: ResourceType,
  judged: KubernetesObject,
): Promise<UndoResult> {
  const { namespace, name } = judged.metadata;
  const kept = historyKind(type.kind);
  if (!kept) return left(`a ${type.kind} keeps no revisions`);
  const owner = gitopsOwner(judged);
  if (!hasObserved(judged, judged))
    return left('its controller has not yet seen the change, so nothing was rolled out');
  if (owner) return left(`${owner} keeps it as Git has it: revert the commit instead`);
  const { items } = await client.list({ type: kept, namespace });
  const revision = previousRevision(judged, items);
  if (!revision) return left('there is no earlier revision to go back to');
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const object = await client.get(type, namespace, name);
    if (!object) return left('it is gone');
    if (isDeepStrictEqual(templateOf(object), revision.template)) return { kind: 'back', revision, object };
    if (booleanAt(object, 'spec', 'paused')) return left('it is paused');
    if (!isDeepStrictEqual(templateOf(object), templateOf(judged))) return left('it was changed again meanwhile');
    try {
      const body = patchToRevision(revision, object);
      return { kind: 'back', revision, object: await client.patch(type, { namespace, name }, body) };
    } catch (thrown) {
      // The test of the patch has failed, or nobody knows whether it was carried out: look at what stands there now.
      const isRefused = thrown instanceof ApiError && (thrown.status === 422 || thrown.status === 409);
      if (!isRefused && !isTransientError(thrown)) throw thrown;
    }
  }
  return left('it is being changed by somebody else all the time');
}

function left(reason: string): UndoResult {
  return { kind: 'left', reason };
}

function templateOf(object: KubernetesObject): unknown {
  return at(object, 'spec', 'template');
}

/** Whether a controller has seen that its workload was brought back. */
export function hasObserved(object: KubernetesObject | undefined, { metadata }: KubernetesObject): boolean {
  return (numberAt(object, 'status', 'observedGeneration') ?? 0) >= (metadata.generation ?? 0);
}

/**
 * Deletes the pods of a StatefulSet that can't become ready: its controller waits for them for ever, also when they are of a revision
 * that was taken back (a known limitation of StatefulSets).
 * @param failed the revision that was taken back: `status.updateRevision` of the workload as it failed.
 */
export async function deleteBrokenPods(client: KubernetesClient, set: KubernetesObject, failed: string): Promise<void> {
  const { items } = await client.list({ type: wellKnown.pods, namespace: set.metadata.namespace });
  const broken = items.filter(
    (pod) =>
      pod.metadata.owners.some(({ uid }) => uid === set.metadata.uid) &&
      pod.metadata.deletionTimestamp === undefined &&
      pod.metadata.labels['controller-revision-hash'] === failed &&
      !isReady(pod),
  );
  for (const pod of broken) await client.remove(wellKnown.pods, pod);
}

/** The revision of a StatefulSet that its newest pods are of. */
export function updateRevision(set: KubernetesObject | undefined): string {
  return stringAt(set, 'status', 'updateRevision') ?? '';
}
