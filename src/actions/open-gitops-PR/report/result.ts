import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { DesiredState } from '../change/desired-state.ts';
import type { OperationName } from '../pull/operations.ts';
import type { Wording } from '../wording/wording.ts';

/** How a delivery ended. */
export interface DeliveryResult {
  readonly operation: OperationName;
  readonly desired: DesiredState;
  readonly wording: Wording;
  readonly pull: PullRequest | undefined;
  /** The head of the branch; in `mode: commit` the commit on the base. */
  readonly head: string | undefined;
  readonly dryRun: boolean;
}
