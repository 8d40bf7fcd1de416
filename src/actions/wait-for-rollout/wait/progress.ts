import type { Disturbance } from '../../../kubernetes/rollout/disturbances.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';

/** Where a wait reports its progress. */
export interface WaitProgress {
  /** When something should be reported at the latest, in ms since the epoch. */
  readonly dueAt: number;
  changed(target: WatchedTarget): void;
  /** All targets are current, but must stay so for longer because of this. */
  disturbed(because: Disturbance): void;
  /** @param stableAt when all targets will have been current for long enough; infinite if they are not current. */
  stillWaiting(targets: readonly WatchedTarget[], stableAt: number): void;
}
