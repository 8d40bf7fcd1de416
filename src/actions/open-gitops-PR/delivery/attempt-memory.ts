import { ApprovedHeads } from '../approval/approved-heads.ts';
import type { ProposalPlan } from '../plan.ts';
import { noOperations, type Operations } from '../pull/operations.ts';

/** What an attempt leaves to the next ones of the same run. */
export interface AttemptMemory {
  readonly operations: Operations;
  /** The heads that may be merged; `undefined` if no approval is required. */
  readonly approvedHeads: ApprovedHeads | undefined;
  /** The repository requires branches to be up to date with the base before they are merged. */
  mustBeUpToDate: boolean;
  /** The fingerprint of the change that the log has shown. */
  loggedFingerprint: string | undefined;
}

export function newMemory({ approval }: ProposalPlan): AttemptMemory {
  return {
    operations: noOperations(),
    approvedHeads: approval.kind === 'approved' ? new ApprovedHeads(approval.head) : undefined,
    mustBeUpToDate: false,
    loggedFingerprint: undefined,
  };
}
