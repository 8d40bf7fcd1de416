import type { Clock } from '../../core/clock.ts';
import type { ExpectedImage } from '../../kubernetes/rollout/expected-image.ts';
import { beside } from './cluster/beside.ts';
import { areAsSeen } from './cluster/confirm.ts';
import type { Expectations } from './expectations.ts';
import type { Progress } from './report/progress.ts';
import type { Target } from './targets/target.ts';
import type { ResourceTree } from './targets/tree.ts';
import type { Wakeup } from './wakeup.ts';
import type { Watched } from './watched.ts';

/** A look that takes so many ms is one at very many targets; then comes a rest of so many times as long, and of so many ms at most. */
const BUSY = 5;
const REST = 4;
const LONGEST_REST = 250;

/** So long is waited for a cluster that is asked whether all is as it was seen, and so soon it is asked again, in ms. */
const ANSWER = 10_000;
const SOON = 1000;

export type Result = 'current' | 'failed' | 'timeout' | 'paused' | 'superseded' | 'suspended';

interface Options {
  readonly clock: Clock;
  readonly expectations: Expectations;
  readonly wakeup: Wakeup;
  readonly progress: Progress;
  /** Targets that come and go; without it there are only those that are given. */
  readonly tree?: ResourceTree;
  readonly startedAt: number;
  readonly timeout: number;
  readonly stableFor: number;
}

/** Looks at all targets, and logs those that stand otherwise than before. */
export function lookAt(targets: readonly Watched[], progress: Progress): void {
  for (const each of targets) if (each.look()) progress.changed(each);
}

/** Looks at all targets; answers the result where it is known without waiting. */
export function lookOnce(
  targets: readonly Watched[],
  { progress, stableFor, expectations }: Options,
): Result | undefined {
  lookAt(targets, progress);
  const result = resultOf(targets, expectations);
  return result === 'current' && stableFor > 0 ? undefined : result;
}

/** Looks again at every change, until every target has come to an end, one has failed, or the time is over. */
export async function waitForResult(
  targets: readonly Watched[],
  options: Options & { readonly signal: AbortSignal },
): Promise<Result> {
  const { clock, wakeup, progress, tree, signal, startedAt, timeout, stableFor, expectations } = options;
  let currentSince: number | undefined;
  let wasTold = true;
  for (;;) {
    const lookedAt = clock.now();
    tree?.look();
    lookAt(targets, progress);
    const stands = resultOf(targets, expectations);
    // Nothing is current as long as not all is known that was brought.
    const result = stands !== 'failed' && tree?.isGrowing ? undefined : stands;
    if (result !== undefined && result !== 'current') return result;
    const now = clock.now();
    currentSince = result === 'current' ? (currentSince ?? now) : undefined;
    const stableAt = currentSince === undefined ? Number.POSITIVE_INFINITY : currentSince + stableFor;
    const deadline = startedAt + timeout;
    if (stableAt <= now) {
      // One watch, and just now, has told it: else it may be of a while ago.
      const isFresh = wasTold && stableFor === 0 && !tree?.hasBrought;
      const left = Math.min(ANSWER, Math.max(0, deadline - now));
      if (isFresh || (await beside(areAsSeen(targets), { clock, signal }, left)) === true) return 'current';
    }
    if (deadline <= now) return 'timeout';
    const again = stableAt <= now ? now + SOON : stableAt;
    if (progress.dueAt <= now) progress.stillWaiting(targets, again);
    const graces = targets.map(({ assessment }) => assessment.recheckAt ?? Number.POSITIVE_INFINITY);
    wasTold = await wakeup.until(Math.min(deadline, again, progress.dueAt, ...graces), signal);
    await rest(now - lookedAt, clock, signal);
  }
}

/** Looking at hundreds of targets takes a while: changes are looked at together then, so that most of the time is left to read them. */
async function rest(tookMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (tookMs >= BUSY) await clock.sleep(Math.min(tookMs * REST, LONGEST_REST), signal);
}

/** The result that all targets together have come to; undefined while one of them is still on its way. */
function resultOf(targets: readonly Watched[], { images }: Expectations): Result | undefined {
  const statuses = new Set(targets.map(({ assessment }) => assessment.status));
  if (statuses.has('failed')) return 'failed';
  if (statuses.has('progressing') || statuses.has('unknown')) return undefined;
  const isProven =
    images.every((image) => usesOf(image, targets).includes('proven')) && withoutImage(targets).length === 0;
  const ended = (['superseded', 'suspended', 'paused'] as const).find((status) => statuses.has(status));
  if (ended === undefined) return isProven ? 'current' : undefined;
  // A newer commit that contains the expected one is in place, and the expected image runs: nothing was lost.
  const isContained = targets.every(({ assessment }) => assessment.status === 'current' || assessment.contained);
  return isContained && isProven && images.length > 0 ? 'current' : ended;
}

/** Targets that use no expected image, though the same workload in another cluster or namespace of the wait uses one. */
export function withoutImage(targets: readonly Watched[]): readonly Watched[] {
  const asked = targets.filter(({ assessment }) => assessment.images.length > 0);
  const uses = ({ assessment }: Watched) => assessment.images.some(({ proof }) => proof.kind !== 'unused');
  const places = new Set(asked.filter(uses).map(({ target }) => workloadOf(target)));
  return asked.filter((each) => !uses(each) && places.has(workloadOf(each.target)));
}

/** What a target has in common with the same one elsewhere. */
function workloadOf({ cluster: { namespaces }, type, namespace, name }: Target): string {
  const isOneOfMany = namespaces.length > 1 && namespaces.includes(namespace);
  return [type.kind, type.group, isOneOfMany ? '' : namespace, name].join('/');
}

/** How an image stands in each target that runs pods. */
export function usesOf(image: ExpectedImage, targets: readonly Watched[]) {
  return targets.flatMap(({ assessment }) =>
    assessment.images.filter(({ expected }) => expected === image).map(({ proof }) => proof.kind),
  );
}
