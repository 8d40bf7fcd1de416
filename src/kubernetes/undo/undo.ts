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
  | { readonly kind: 'restored'; readonly revision: WorkloadRevision; readonly object: KubernetesObject }
  | { readonly kind: 'unchanged'; readonly reason: string };

/** How often the patch is tried if something else, such as an autoscaler, changes the spec at the same time. */
const TRIES = 5;

/**
 * Restores the previous revision of a Deployment, StatefulSet or DaemonSet, as `kubectl rollout undo` does, in one request that the server
 * accepts only if the spec is still the failed one.
 * @param failed the workload as it failed.
 */
export async function undo(
  client: KubernetesClient,
  type: ResourceType,
  failed: KubernetesObject,
): Promise<UndoResult> {
  const { namespace, name } = failed.metadata;
  const history = historyKind(type.kind);
  if (!history) return unchanged(`a ${type.kind} keeps no revisions`);
  if (!hasObserved(failed, failed))
    return unchanged('its controller has not yet seen the change, so nothing was rolled out');
  const { items } = await client.list({ type: history, namespace });
  const revision = previousRevision(failed, items);
  if (!revision) return unchanged('there is no earlier revision to go back to');
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const object = await client.get(type, namespace, name);
    if (!object) return unchanged('it no longer exists');
    const owner = gitopsOwner(object);
    if (owner) return unchanged(`${owner} would revert the change: revert the commit in Git instead`);
    if (isDeepStrictEqual(templateOf(object), revision.template)) return { kind: 'restored', revision, object };
    if (booleanAt(object, 'spec', 'paused')) return unchanged('it is paused');
    if (!isDeepStrictEqual(templateOf(object), templateOf(failed)))
      return unchanged('it was changed again in the meantime');
    try {
      const patch = patchToRevision(revision, object);
      return { kind: 'restored', revision, object: await client.patch(type, { namespace, name }, patch) };
    } catch (thrown) {
      // The test in the patch failed, or it is unknown whether the patch was applied: read the object again.
      const isRejected = thrown instanceof ApiError && (thrown.status === 422 || thrown.status === 409);
      if (!isRejected && !isTransientError(thrown)) throw thrown;
    }
  }
  return unchanged('something else keeps changing it');
}

function unchanged(reason: string): UndoResult {
  return { kind: 'unchanged', reason };
}

function templateOf(object: KubernetesObject): unknown {
  return at(object, 'spec', 'template');
}

/** Whether a controller has observed a change of its workload. @param object the present workload. @param metadata of the changed one. */
export function hasObserved(object: KubernetesObject | undefined, { metadata }: KubernetesObject): boolean {
  return (numberAt(object, 'status', 'observedGeneration') ?? 0) >= (metadata.generation ?? 0);
}

/**
 * Deletes the pods of a StatefulSet that can't become ready. Its controller waits for them forever, even if their revision was undone
 * (a known limitation of StatefulSets).
 * @param failed the revision that was undone: `status.updateRevision` of the failed workload.
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

/** The revision of a StatefulSet's newest pods. */
export function updateRevision(set: KubernetesObject | undefined): string {
  return stringAt(set, 'status', 'updateRevision') ?? '';
}
