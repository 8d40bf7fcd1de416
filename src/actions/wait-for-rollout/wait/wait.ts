import type { Clock } from '../../../core/clock.ts';
import type { Runtime } from '../../../entry/context.ts';
import { managesResources } from '../../../kubernetes/inventory/managed-resources.ts';
import { warnOfMissingAccess } from '../cluster/access.ts';
import { whileWatching } from '../cluster/while-watching.ts';
import { withTimeout } from '../cluster/with-timeout.ts';
import { areUpToDate } from '../targets/confirm.ts';
import type { Expectations } from '../targets/expected/expectations.ts';
import type { ManagedTargets } from '../targets/managed-targets.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import type { Notifier } from './notifier.ts';
import type { PreparedWait } from './prepared-wait.ts';
import type { WaitProgress } from './progress.ts';
import { resultOfTargets, type WaitResult } from './result.ts';
import { StableWindow } from './stable-window.ts';

/** A round of assessments that takes at least this long, in ms, is followed by a pause of a multiple of its time, up to a limit. */
const SLOW_ROUND = 5;
const PAUSE_FACTOR = 4;
const MAX_PAUSE = 250;

/** When to ask again if the clusters don't confirm that all targets are up to date, in ms. */
const CONFIRM_INTERVAL = 1000;

export interface WaitOptions {
  readonly clock: Clock;
  readonly expectations: Expectations;
  readonly notifier: Notifier;
  readonly progress: WaitProgress;
  /** Without it, the targets stay the same. */
  readonly managedTargets?: ManagedTargets;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** In ms. */
  readonly timeout: number;
  /** In ms. */
  readonly stableFor: number;
}

/** Assesses all targets, and reports those that have changed. */
export function assessTargets(targets: readonly WatchedTarget[], progress: WaitProgress): void {
  for (const target of targets) if (target.assess()) progress.changed(target);
}

/** Assesses all targets. If that gives no result, watches the clusters until there is one or the time is over. */
export async function waitForTargets(
  { clusters, targets, ...options }: PreparedWait & Omit<WaitOptions, 'clock'>,
  runtime: Runtime,
): Promise<WaitResult> {
  assessTargets(targets, options.progress);
  const result = resultOfTargets(targets, options.expectations);
  if (result !== undefined && result !== 'current') return result;
  // Everything has just been read. If a target brings others, it may have been read after the change, and the others before.
  if (result === 'current' && options.stableFor === 0 && !targets.some(bringsOthers)) return result;
  return whileWatching(clusters, runtime.signal, async (signal) => {
    const left = options.startedAt + options.timeout - runtime.clock.now();
    await Promise.all(clusters.map((cluster) => warnOfMissingAccess(cluster, runtime, left)));
    return waitForResult(targets, { ...options, clock: runtime.clock, signal });
  });
}

/** Assesses the targets at every change, until there is a result or the time is over. */
export async function waitForResult(
  targets: readonly WatchedTarget[],
  options: WaitOptions & { readonly signal: AbortSignal },
): Promise<WaitResult> {
  const { clock, notifier, progress, managedTargets, signal, startedAt, timeout, stableFor, expectations } = options;
  const deadline = startedAt + timeout;
  const stable = new StableWindow(stableFor, (because) => progress.disturbed(because));
  let wasNotified = true;
  for (;;) {
    const roundStartedAt = clock.now();
    managedTargets?.update();
    assessTargets(targets, progress);
    const combined = resultOfTargets(targets, expectations);
    // Until all managed objects were read, only a failure is certain.
    const result = combined !== 'failed' && managedTargets?.isReading ? undefined : combined;
    if (result !== undefined && result !== 'current') return result;
    const now = clock.now();
    if (result === undefined) stable.end();
    const stableAt = result === undefined ? Number.POSITIVE_INFINITY : stable.endsAt(targets, now);
    if (stableAt <= now) {
      // A watch has just reported the state, so it is fresh, unless the watch of what a target brings is behind. Otherwise the API server is asked.
      const isFresh = wasNotified && stableFor === 0 && !targets.some(bringsOthers);
      if (isFresh || (await withTimeout(areUpToDate(targets), { clock, signal }, deadline - now)) === true)
        return 'current';
    }
    if (deadline <= now) return 'timeout';
    const nextCheckAt = stableAt <= now ? now + CONFIRM_INTERVAL : stableAt;
    if (progress.dueAt <= now) progress.stillWaiting(targets, nextCheckAt);
    const graceEnds = targets.map(({ assessment }) => assessment.recheckAt ?? Number.POSITIVE_INFINITY);
    wasNotified = await notifier.waitUntil(Math.min(deadline, nextCheckAt, progress.dueAt, ...graceEnds), signal);
    await pauseAfter(now - roundStartedAt, clock, signal);
  }
}

function bringsOthers({ target }: WatchedTarget): boolean {
  return managesResources(target.type);
}

/** With hundreds of targets a round is slow: fewer rounds leave most of the time for reading the watches. */
async function pauseAfter(tookMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (tookMs >= SLOW_ROUND) await clock.sleep(Math.min(tookMs * PAUSE_FACTOR, MAX_PAUSE), signal);
}
