import type { Expectations } from '../targets/expected/expectations.ts';
import type { WatchedTargets } from '../targets/watch-targets.ts';
import type { Notifier } from './notifier.ts';

/** Everything that the wait needs: read from the clusters, and checked, before the wait starts. */
export interface PreparedWait extends WatchedTargets {
  readonly expectations: Expectations;
  readonly notifier: Notifier;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}
