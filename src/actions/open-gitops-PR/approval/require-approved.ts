import { ActionError } from '../../../core/error.ts';
import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { BranchState, ObservedBranch } from '../branch/branch-state.ts';
import { pullRequestClosed } from '../pull/errors.ts';
import type { GitOpsSession } from '../session/session.ts';
import type { ApprovedHeads, HeadApproval } from './approved-heads.ts';

/**
 * Requires that a head was approved, if an approval is required: the change was in the base when it was proposed, so no pull request
 * showed it to anyone.
 * @throws ActionError `approval-missing`
 */
export function requireProposal({ base }: GitOpsSession, approval: HeadApproval): void {
  if (approval.kind !== 'missing') return;
  throw new ActionError({
    code: 'approval-missing',
    message: `Nothing was merged: ${base} needs the change now, but no pull request proposed it, so nobody has approved it.`,
    remedy: 'Re-run all jobs: they propose the change, and it waits for an approval.',
  });
}

/**
 * Requires that the head of the branch is approved and that its pull request is open.
 * @throws ActionError `head-changed`, `approval-used`, `branch-not-found`, `pull-request-closed`
 */
export function requireApprovedHead(
  { branch, base }: GitOpsSession,
  { state, open, pulls }: ObservedBranch,
  heads: ApprovedHeads,
): void {
  const used = findApprovedMerge(pulls, base, heads);
  if (used) throw approvalUsed(used, heads, base);
  const [newest] = pulls;
  if (state.kind !== 'absent' && !heads.includes(state.head))
    throw headChanged(`${branch} is at ${short(state.head)}, not at the approved ${short(heads.approved)}`);
  if (!open && newest && !newest.merged) throw pullRequestClosed(newest);
  if (state.kind === 'absent')
    throw new ActionError({
      code: 'branch-not-found',
      message: `Branch ${branch} no longer exists. Its head ${short(heads.approved)} was approved.`,
      remedy:
        'Run the workflow again from the start: it proposes the change again, and the change needs a new approval.',
    });
}

/** The pull request that merged an approved head into the base. */
export function findApprovedMerge(
  pulls: readonly PullRequest[],
  base: string,
  heads: ApprovedHeads | undefined,
): PullRequest | undefined {
  return pulls.find((pull) => pull.merged && pull.base === base && heads?.includes(pull.head));
}

/** Requires that what someone else merged in the meantime is what was approved. */
export function requireApprovedMerge(pull: PullRequest, heads: ApprovedHeads | undefined): void {
  if (heads && !heads.includes(pull.head))
    throw headChanged(
      `#${pull.number} was merged at ${short(pull.head)}, not at the approved ${short(heads.approved)}`,
    );
}

/**
 * Requires that an approved branch on the newest base needs no further commit: nobody has reviewed such a commit.
 * @throws ActionError `approved-change-differs`
 */
export function requireApprovedChange(
  { branch }: GitOpsSession,
  state: BranchState,
  baseHead: string,
  heads: ApprovedHeads | undefined,
): void {
  if (!heads || state.kind === 'absent' || state.comparison.mergeBase !== baseHead) return;
  throw new ActionError({
    code: 'approved-change-differs',
    message: `The approved ${short(heads.approved)} on ${branch} does not hold the change that is to be merged.`,
    remedy:
      'Pass the change with which the pull request was opened, or run the workflow again from the start, so that what is merged is what was approved.',
  });
}

function headChanged(what: string): ActionError {
  return new ActionError({
    code: 'head-changed',
    message: `${what}.`,
    remedy:
      'Look at the commits that were added after the approval. Then run the workflow again from the start, so that the current head is approved.',
  });
}

function approvalUsed(pull: PullRequest, { approved }: ApprovedHeads, base: string): ActionError {
  return new ActionError({
    code: 'approval-used',
    message: `#${pull.number} was merged with the approved ${short(approved)} already, and ${base} has changed since.`,
    remedy: 'To make the change again, run the workflow from the start: a new pull request needs a new approval.',
  });
}

function short(commit: string): string {
  return commit.slice(0, 8);
}
