import { formatDuration } from '../../core/duration.ts';
import { messageOf } from '../../core/error.ts';
import type { Context } from '../../entry/context.ts';
import { ruleFor } from '../../kubernetes/health/kind-rules.ts';
import { groupOf, type KubernetesObject } from '../../kubernetes/objects/object.ts';
import { runsOtherImage } from '../../kubernetes/rollout/image-proof.ts';
import { historyKind, revisionImages } from '../../kubernetes/undo/history.ts';
import { deleteBrokenPods, hasObserved, type UndoResult, undo, updateRevision } from '../../kubernetes/undo/undo.ts';
import type { Cluster } from './cluster/cluster.ts';
import { whileFollowing } from './cluster/following.ts';
import type { contract } from './contract.ts';
import { Progress } from './report/progress.ts';
import { titleOf } from './targets/target.ts';
import { type Result, waitForResult } from './wait.ts';
import type { Wakeup } from './wakeup.ts';
import { Watched } from './watched.ts';

/** What became of going back. */
export interface UndoOutcome {
  readonly undone: UndoResult;
  /** How it stands at the previous revision; undefined where nothing was changed. */
  readonly after?: { readonly result: Result | 'unknown'; readonly message: string; readonly ms: number };
}

export type UndoOutcomes = ReadonlyMap<Watched, UndoOutcome>;

interface Story {
  readonly clusters: readonly Cluster[];
  readonly watched: readonly Watched[];
  readonly wakeup: Wakeup;
}

/**
 * Takes every target that is not current back to its previous revision, and waits for that. @throws only when the job is cancelled.
 * @param told called whenever more is known: a job may be cancelled while it waits.
 */
export async function undoRelease(
  { clusters, watched, wakeup }: Story,
  context: Context<typeof contract>,
  told: (outcomes: UndoOutcomes) => void,
): Promise<UndoOutcomes> {
  const { signal, log, clock } = context;
  const outcomes = new Map<Watched, UndoOutcome>();
  for (const each of watched.filter(isOfThisRelease)) {
    signal.throwIfAborted();
    const undone = await undoOne(each, signal);
    outcomes.set(each, { undone });
    told(outcomes);
    log.info(`↩ ${sentenceOf(each, { undone })}`);
  }
  const startedAt = clock.now();
  const waiting = [...outcomes].flatMap(([each, { undone }]) =>
    undone.kind === 'restored' ? [{ each, undone, failed: updateRevision(each.object) }] : [],
  );
  if (waiting.length === 0) return outcomes;
  const end = await settle(waiting, { clusters, wakeup }, context);
  for (const { each, undone } of waiting) {
    const after = { ...(end.get(each) ?? UNKNOWN), ms: clock.now() - startedAt };
    outcomes.set(each, { undone, after });
    told(outcomes);
    log.info(`↩ ${sentenceOf(each, { undone, after })}`);
  }
  return outcomes;
}

/** A change that nobody tells of is looked for so often, in ms. */
const SOON = 1000;
const UNKNOWN = { result: 'unknown', message: 'how it stands now is not known' } as const;

/** Where the spec names another image than the expected one, this release has not come: what is there is not its doing. */
function isOfThisRelease({ target, assessment: { status, cause, images } }: Watched): boolean {
  const isElsewhere =
    cause === 'image-unproven' ||
    images.some(({ proof }) => proof.kind === 'other-image' || proof.kind === 'resolving');
  return (
    historyKind(target.type.kind) !== undefined && (status === 'failed' || status === 'progressing') && !isElsewhere
  );
}

/** Where the spec names only a tag, the pods tell: a release that has not come (or was taken back already) is not theirs. */
async function hasCome({ target: { cluster, namespace }, object, assessment }: Watched): Promise<boolean> {
  const pods =
    object && ruleFor(groupOf(object), object.kind)?.workload?.pods(object, cluster.view.relations(namespace));
  if (!object || !pods) return true;
  const others = await Promise.all(assessment.images.map(({ expected }) => runsOtherImage(expected, object, pods)));
  return !others.includes(true);
}

async function undoOne(watched: Watched, signal: AbortSignal): Promise<UndoResult> {
  const { target, object } = watched;
  const { cluster, type } = target;
  if (!object || !cluster.view.get(type, target.namespace, target.name))
    return { kind: 'unchanged', reason: 'it is gone' };
  try {
    if (!(await hasCome(watched)))
      return { kind: 'unchanged', reason: 'its pods run another image than the expected one' };
    return await undo(cluster.client, type, object);
  } catch (thrown) {
    signal.throwIfAborted();
    return { kind: 'unchanged', reason: messageOf(thrown) };
  }
}

interface Waiting {
  readonly each: Watched;
  readonly undone: Extract<UndoResult, { kind: 'restored' }>;
  /** The revision of a StatefulSet that was taken back. */
  readonly failed: string;
}

type Ends = ReadonlyMap<Watched, { readonly result: Result | 'unknown'; readonly message: string }>;

async function settle(
  waiting: readonly Waiting[],
  { clusters, wakeup }: Pick<Story, 'clusters' | 'wakeup'>,
  context: Context<typeof contract>,
): Promise<Ends> {
  const { inputs, clock, log, signal } = context;
  const startedAt = clock.now();
  const expectations = { images: [], revision: undefined };
  const graces = new Map(inputs.grace.map(({ cause, ms }) => [cause, ms]));
  const progress = new Progress({ log, clock, startedAt, targets: waiting.map(({ each }) => each.target) });
  try {
    return await whileFollowing(clusters, signal, async (stop) => {
      const seen = async (isSeen: (object: KubernetesObject | undefined, waited: Waiting) => boolean) => {
        while (waiting.some((each) => !isSeen(each.each.object, each)) && clock.now() < startedAt + inputs.timeout)
          await wakeup.until(Math.min(clock.now() + SOON, startedAt + inputs.timeout), stop);
      };
      await seen(
        (object, { undone }) => (object?.metadata.generation ?? 0) >= (undone.object.metadata.generation ?? 0),
      );
      if (waiting.some(({ each }) => each.target.type.kind === 'StatefulSet')) {
        await seen((object, { undone }) => hasObserved(object, undone.object));
        await Promise.all(waiting.map(freed));
      }
      const ends = new Map<Watched, { result: Result; message: string }>();
      for (const { each } of waiting) {
        const now = new Watched(each.target, { clock, expectations, graces });
        const options = { clock, expectations, wakeup, progress, startedAt, timeout: inputs.timeout, stableFor: 0 };
        const result = await waitForResult([now], { ...options, signal: stop });
        ends.set(each, { result, message: now.assessment.message });
      }
      return ends;
    });
  } catch (thrown) {
    signal.throwIfAborted();
    const message = messageOf(thrown);
    return new Map(waiting.map(({ each }) => [each, { result: 'unknown', message }]));
  }
}

/** A StatefulSet's controller waits for broken pods for ever. */
async function freed({ each: { target, object }, undone, failed }: Waiting): Promise<void> {
  if (target.type.kind !== 'StatefulSet' || !object) return;
  await deleteBrokenPods(target.cluster.client, undone.object, failed);
}

/** `deployment/shop is back at revision 3 (shop:1.4.1): 3/3 updated and available, after 12 s` */
export function sentenceOf({ target }: Watched, { undone, after }: UndoOutcome): string {
  const title = titleOf(target);
  if (undone.kind === 'unchanged') return `${title} is left as it is: ${undone.reason}`;
  const { revision } = undone;
  const back = `${title} goes back to revision ${revision.number} (${revisionImages(revision).join(', ')})`;
  if (!after) return back;
  const how = after.result === 'current' ? 'is back' : `was taken back, but is not current there (${after.result})`;
  return `${title} ${how}: revision ${revision.number} (${revisionImages(revision).join(', ')}), ${after.message}, after ${formatDuration(after.ms)}`;
}

/** The entry `undo` in the output `resources`. */
export function undoJson({ undone, after }: UndoOutcome) {
  if (undone.kind === 'unchanged') return { done: false, why: undone.reason };
  const { revision } = undone;
  return {
    done: true,
    revision: revision.number,
    images: revisionImages(revision),
    ...(after ? { result: after.result, message: after.message, seconds: after.ms / 1000 } : {}),
  };
}
