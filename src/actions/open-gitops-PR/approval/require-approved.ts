import { ActionError } from '../../../core/error.ts';
import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { BranchState, ObservedBranch } from '../branch/branch-state.ts';
import { pullClosed } from '../pull/blockers.ts';
import type { GitOpsSession } from '../session.ts';

/** The heads that may be merged: the one that a person approved, and what this run made of it. */
export class ApprovedHeads {
  readonly head: string;
  readonly #heads: Set<string>;

  constructor(head: string) {
    this.head = head;
    this.#heads = new Set([head]);
  }

  covers(head: string): boolean {
    return this.#heads.has(head);
  }

  /** A commit that this run has made, and that takes the place of one that is covered. */
  add(head: string): void {
    this.#heads.add(head);
  }
}

/**
 * Stops unless the branch stands where it was approved, with its pull request open.
 * @throws ActionError `head-changed`, `approval-used`, `branch-not-found`, `pull-request-closed`
 */
export function requireApprovedHead(
  { branch, base }: GitOpsSession,
  { state, open, pulls }: ObservedBranch,
  approval: ApprovedHeads,
): void {
  const used = findApprovedMerge(pulls, base, approval);
  if (used) throw approvalUsed(used, approval, base);
  const [newest] = pulls;
  if (state.kind !== 'absent' && !approval.covers(state.head))
    throw headChanged(`${branch} is at ${short(state.head)}, not at the approved ${short(approval.head)}`);
  if (!open && newest && !newest.merged) throw pullClosed(newest);
  if (state.kind === 'absent')
    throw new ActionError({
      code: 'branch-not-found',
      message: `Branch ${branch}, whose head ${short(approval.head)} was approved, is gone.`,
      remedy: 'Run the workflow again from the start: it proposes the change anew, to be approved anew.',
    });
}

/** The pull request by which the approved head came into the base. */
export function findApprovedMerge(
  pulls: readonly PullRequest[],
  base: string,
  approval: ApprovedHeads | undefined,
): PullRequest | undefined {
  return pulls.find((pull) => pull.merged && pull.base === base && approval?.covers(pull.head));
}

/** What someone else merges in the meantime must be what was approved, too. */
export function requireApprovedMerge(pull: PullRequest, approval: ApprovedHeads | undefined): void {
  if (approval && !approval.covers(pull.head))
    throw headChanged(`#${pull.number} was merged at ${short(pull.head)}, not at the approved ${short(approval.head)}`);
}

/** On the base that was approved, the branch holds the change already: a commit that it needs is one that nobody has seen. */
export function requireApprovedChange(
  { branch }: GitOpsSession,
  state: BranchState,
  baseHead: string,
  approval: ApprovedHeads | undefined,
): void {
  if (!approval || state.kind === 'absent' || state.comparison.mergeBase !== baseHead) return;
  throw new ActionError({
    code: 'approved-change-differs',
    message: `The approved ${short(approval.head)} on ${branch} does not hold the change that is to be merged.`,
    remedy:
      'Give the change with which the pull request was opened, or run the workflow again from the start, so that what is merged is what was approved.',
  });
}

function headChanged(what: string): ActionError {
  return new ActionError({
    code: 'head-changed',
    message: `${what}.`,
    remedy:
      'Look at the commits that came since the approval, then run the workflow again from the start, so that the head as it is now is approved.',
  });
}

function approvalUsed(pull: PullRequest, { head }: ApprovedHeads, base: string): ActionError {
  return new ActionError({
    code: 'approval-used',
    message: `#${pull.number} was merged with the approved ${short(head)} already, and ${base} has changed since.`,
    remedy: 'To bring the change in again, run the workflow from the start: a new pull request needs a new approval.',
  });
}

function short(commit: string): string {
  return commit.slice(0, 8);
}
