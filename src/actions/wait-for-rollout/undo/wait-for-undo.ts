import { messageOf } from '../../../core/error.ts';
import type { Runtime } from '../../../entry/context.ts';
import type { CauseId } from '../../../kubernetes/failures/causes.ts';
import type { KubernetesObject } from '../../../kubernetes/objects/object.ts';
import { deleteBrokenPods, hasObserved, type UndoResult } from '../../../kubernetes/undo/undo.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { whileWatching } from '../cluster/while-watching.ts';
import type { Target } from '../targets/target.ts';
import { WatchedTarget } from '../targets/watched-target.ts';
import type { Notifier } from '../wait/notifier.ts';
import type { WaitProgress } from '../wait/progress.ts';
import { waitForResult } from '../wait/wait.ts';
import type { UndoWaitResult } from './outcome.ts';

export interface UndoWait {
  readonly clusters: readonly Cluster[];
  readonly notifier: Notifier;
  readonly graces: ReadonlyMap<CauseId, number>;
  /** In ms. */
  readonly timeout: number;
  readonly progressOf: (targets: readonly Target[]) => WaitProgress;
}

export interface UndoneTarget {
  readonly target: WatchedTarget;
  readonly undone: Extract<UndoResult, { kind: 'restored' }>;
  /** Of a StatefulSet: the revision of the pods of the release that was undone. */
  readonly failedRevision: string;
}

/** If no watch reports it, an undone object is looked for this often, in ms. */
const CHECK_INTERVAL = 1000;

/** Waits until the undone targets are current, have failed, or the time is over. @throws only if the job is cancelled. */
export async function waitForUndo(
  undoneTargets: readonly UndoneTarget[],
  { clusters, notifier, graces, timeout, progressOf }: UndoWait,
  runtime: Runtime,
): Promise<ReadonlyMap<WatchedTarget, UndoWaitResult>> {
  const { clock, signal } = runtime;
  const startedAt = clock.now();
  const progress = progressOf(undoneTargets.map(({ target }) => target.target));
  const expectations = { expectedImages: [], expectedRevision: undefined };
  const options = { clock, expectations, notifier, progress, startedAt, timeout, stableFor: 0 };
  try {
    return await whileWatching(clusters, signal, async (stop) => {
      const untilAll = async (isReached: (target: UndoneTarget, object: KubernetesObject | undefined) => boolean) => {
        const deadline = startedAt + timeout;
        while (undoneTargets.some((each) => !isReached(each, each.target.object)) && clock.now() < deadline)
          await notifier.waitUntil(Math.min(clock.now() + CHECK_INTERVAL, deadline), stop);
      };
      await untilAll(
        ({ undone }, object) => (object?.metadata.generation ?? 0) >= (undone.object.metadata.generation ?? 0),
      );
      if (undoneTargets.some(({ target }) => target.target.type.kind === 'StatefulSet')) {
        await untilAll(({ undone }, object) => hasObserved(object, undone.object));
        await Promise.all(undoneTargets.map(unblockStatefulSet));
      }
      const results = new Map<WatchedTarget, UndoWaitResult>();
      for (const { target } of undoneTargets) {
        const fresh = new WatchedTarget(target.target, { clock, expectations, graces });
        const result = await waitForResult([fresh], { ...options, signal: stop });
        results.set(target, { result, message: fresh.assessment.message });
      }
      return results;
    });
  } catch (thrown) {
    signal.throwIfAborted();
    const message = messageOf(thrown);
    return new Map(undoneTargets.map(({ target }) => [target, { result: 'unknown', message }]));
  }
}

/** The controller of a StatefulSet would wait for them forever. */
async function unblockStatefulSet({ target, undone, failedRevision }: UndoneTarget): Promise<void> {
  if (target.target.type.kind !== 'StatefulSet' || !target.object) return;
  await deleteBrokenPods(target.target.cluster.client, undone.object, failedRevision);
}
