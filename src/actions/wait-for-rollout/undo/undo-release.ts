import { messageOf } from '../../../core/error.ts';
import type { Runtime } from '../../../entry/context.ts';
import { ruleFor } from '../../../kubernetes/health/kind-rules.ts';
import { groupOf } from '../../../kubernetes/objects/object.ts';
import { runsOtherImage } from '../../../kubernetes/rollout/image-proof.ts';
import { historyKind } from '../../../kubernetes/undo/history.ts';
import { type UndoResult, undo, updateRevision } from '../../../kubernetes/undo/undo.ts';
import { withTimeout } from '../cluster/with-timeout.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import type { UndoOutcome, UndoOutcomes } from './outcome.ts';
import { type UndoWait, waitForUndo } from './wait-for-undo.ts';

interface ReleaseUndo extends UndoWait {
  readonly targets: readonly WatchedTarget[];
  /** Called as soon as more is known: the job may be cancelled while it waits. */
  readonly onOutcome: (target: WatchedTarget, outcome: UndoOutcome, outcomes: UndoOutcomes) => void;
}

/** Rolls every target that is not current back to its previous revision, and waits for that. @throws only if the job is cancelled. */
export async function undoRelease(
  { targets, onOutcome, ...undoWait }: ReleaseUndo,
  runtime: Runtime,
): Promise<UndoOutcomes> {
  const { signal, clock } = runtime;
  const endsAt = clock.now() + undoWait.timeout;
  const outcomes = new Map<WatchedTarget, UndoOutcome>();
  const report = (target: WatchedTarget, outcome: UndoOutcome) => {
    outcomes.set(target, outcome);
    onOutcome(target, outcome, outcomes);
  };
  for (const target of targets.filter(isPartOfRelease)) {
    signal.throwIfAborted();
    const undone = await withTimeout(undoTarget(target, signal), runtime, endsAt - clock.now(), undoWait.timeout);
    report(target, { undone: undone instanceof Error ? { kind: 'unchanged', reason: undone.message } : undone });
  }
  const startedAt = clock.now();
  const undoneTargets = [...outcomes].flatMap(([target, { undone }]) =>
    undone.kind === 'restored' ? [{ target, undone, failedRevision: updateRevision(target.object) }] : [],
  );
  if (undoneTargets.length === 0) return outcomes;
  const results = await waitForUndo(undoneTargets, undoWait, runtime);
  for (const { target, undone } of undoneTargets) {
    const result = results.get(target) ?? { result: 'unknown', message: 'its state is not known' };
    report(target, { undone, after: { ...result, ms: clock.now() - startedAt } });
  }
  return outcomes;
}

/** Whether there is something to undo. If the spec doesn't name the expected image, the release has not reached the target. */
function isPartOfRelease({ target, assessment: { status, cause, imageProofs } }: WatchedTarget): boolean {
  const isUnchanged =
    cause === 'image-unproven' ||
    imageProofs.some(({ proof }) => proof.kind === 'other-image' || proof.kind === 'resolving');
  return (
    historyKind(target.type.kind) !== undefined && (status === 'failed' || status === 'progressing') && !isUnchanged
  );
}

/** Whether pods run another image than the expected one. If the spec names only a tag, only the pods can tell. */
async function anyPodRunsOtherImage({ target, object, assessment }: WatchedTarget): Promise<boolean> {
  const { cluster, namespace } = target;
  const pods =
    object && ruleFor(groupOf(object), object.kind)?.workload?.pods(object, cluster.view.relations(namespace));
  if (!object || !pods) return false;
  const others = await Promise.all(
    assessment.imageProofs.map(({ expectedImage }) => runsOtherImage(expectedImage, object, pods)),
  );
  return others.includes(true);
}

async function undoTarget(watched: WatchedTarget, signal: AbortSignal): Promise<UndoResult> {
  const { target, object } = watched;
  const { cluster, type } = target;
  if (!object || !cluster.view.get(type, target.namespace, target.name))
    return { kind: 'unchanged', reason: 'it is gone' };
  try {
    if (await anyPodRunsOtherImage(watched))
      return { kind: 'unchanged', reason: 'its pods run another image than the expected one' };
    return await undo(cluster.client, type, object);
  } catch (thrown) {
    signal.throwIfAborted();
    return { kind: 'unchanged', reason: messageOf(thrown) };
  }
}
