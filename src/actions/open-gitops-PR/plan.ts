import type { PullRequest } from '../../github/pull-requests/pull-requests.ts';
import { findApprovedMerge, requireApprovedChange, requireApprovedHead } from './approval/require-approved.ts';
import { readBaseHead } from './branch/base-head.ts';
import { type ObservedBranch, observeBranch } from './branch/branch-state.ts';
import { type PlannedCommit, planCommit } from './branch/plan-commit.ts';
import { type DesiredState, snapshotOf } from './change/desired-state.ts';
import { findMergedPull } from './change/find-merged-pull.ts';
import { splitMarker } from './pull/marker.ts';
import { logChange } from './report/log.ts';
import type { GitOpsSession } from './session/session.ts';
import type { DeliveryTask } from './task.ts';

/** What the base needs. Making a plan only reads: nothing on GitHub has changed yet. */
export interface BasePlan {
  readonly baseHead: string;
  readonly desired: DesiredState;
}

/** The base needs the change, so a pull request proposes it. */
export interface ProposalPlan extends BasePlan {
  readonly kind: 'propose';
  readonly commit: PlannedCommit;
  /** The open pull request of the branch; `undefined` if one must be opened. */
  readonly open: PullRequest | undefined;
  /** The current head of the branch; `undefined` if the branch doesn't exist yet. */
  readonly head: string | undefined;
  /** The branch keeps commits of others. */
  readonly foreign: boolean;
}

/** The base has the change already. An open pull request for it is closed, unless it holds something else. */
export interface InBasePlan extends BasePlan {
  readonly kind: 'in-base';
  /** The pull request that merged the change, or the open one that must stay open. */
  readonly pull: PullRequest | undefined;
  readonly head: string | undefined;
  readonly foreign: boolean;
  /** Why an open pull request stays open. */
  readonly warning?: string;
  /** The open pull request to close, and the head of its branch, which is deleted. */
  readonly close?: { readonly pull: PullRequest; readonly head: string };
}

export type PullRequestPlan = ProposalPlan | InBasePlan;

export async function planForBase(session: GitOpsSession, task: DeliveryTask): Promise<BasePlan> {
  const baseHead = await readBaseHead(session);
  return { baseHead, desired: await task.source(snapshotOf(session.github, session.repository, baseHead)) };
}

/** @throws ActionError if the branch is not as approved, or holds commits of others that `on-foreign-commits` refuses. */
export async function planPullRequest(session: GitOpsSession, task: DeliveryTask): Promise<PullRequestPlan> {
  const basePlan = await planForBase(session, task);
  const branch = await observeBranch(session, basePlan.baseHead);
  return basePlan.desired.edits.length === 0
    ? planInBase(session, task, basePlan, branch)
    : planProposal(session, task, basePlan, branch);
}

async function planProposal(
  session: GitOpsSession,
  task: DeliveryTask,
  { baseHead, desired }: BasePlan,
  branch: ObservedBranch,
): Promise<ProposalPlan> {
  const { state, open, pulls } = branch;
  if (task.approvedHeads) requireApprovedHead(session, branch, task.approvedHeads);
  if (task.loggedFingerprint !== desired.fingerprint) logChange(session, desired);
  task.loggedFingerprint = desired.fingerprint;
  // A head that was merged and then reverted isn't proposed again: each approval is for one head.
  const wasMerged = state.kind !== 'absent' && pulls.some(({ merged, head }) => merged && head === state.head);
  const mustBeUpToDate = task.mustBeUpToDate || wasMerged;
  const commit = await planCommit(session, { state, baseHead, desired, mustBeUpToDate });
  if (commit.kind === 'commit') requireApprovedChange(session, state, baseHead, task.approvedHeads);
  const foreign = state.kind === 'foreign' && session.inputs.onForeignCommits !== 'replace';
  const head = state.kind === 'absent' ? undefined : state.head;
  return { kind: 'propose', baseHead, desired, commit, open, head, foreign };
}

async function planInBase(
  session: GitOpsSession,
  { approvedHeads }: DeliveryTask,
  { baseHead, desired }: BasePlan,
  { state, open, pulls }: ObservedBranch,
): Promise<InBasePlan> {
  const { base, branch, inputs } = session;
  const hasChange = ({ body }: PullRequest) => splitMarker(body).marker?.fingerprint === desired.fingerprint;
  const known =
    findApprovedMerge(pulls, base, approvedHeads) ??
    pulls.find((pull) => pull.merged && pull.base === base && hasChange(pull));
  const merged = known ?? (inputs.changes?.length === 0 ? await findMergedPull(session, pulls, baseHead) : undefined);
  const foreign = state.kind === 'foreign';
  const plan: InBasePlan = { kind: 'in-base', baseHead, desired, pull: merged, head: merged?.head, foreign };
  if (!open || state.kind === 'absent') return plan;
  const leftOpen = (reason: string) => `#${open.number} is left open: ${reason}.`;
  if (approvedHeads && !approvedHeads.includes(state.head))
    return { ...plan, warning: leftOpen(`${base} has the change, but the current head of ${branch} was not approved`) };
  if (foreign) {
    const warning = leftOpen(`${base} has the change, but ${branch} has commits of others`);
    return { ...plan, pull: open, head: open.head, warning };
  }
  if (!hasChange(open))
    return { ...plan, warning: leftOpen(`it proposes something else than what ${base} has already`) };
  return { ...plan, close: { pull: open, head: state.head } };
}
