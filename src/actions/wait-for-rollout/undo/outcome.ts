import type { UndoResult } from '../../../kubernetes/undo/undo.ts';
import type { WatchedTarget } from '../targets/watched-target.ts';
import type { WaitResult } from '../wait/result.ts';

/** What came of undoing a target. */
export interface UndoOutcome {
  readonly undone: UndoResult;
  /** How the previous revision rolled out; undefined until that is known, and if nothing was changed. */
  readonly after?: UndoWaitResult & { readonly ms: number };
}

export interface UndoWaitResult {
  readonly result: WaitResult | 'unknown';
  readonly message: string;
}

export type UndoOutcomes = ReadonlyMap<WatchedTarget, UndoOutcome>;
