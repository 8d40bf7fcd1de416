import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import {
  findApprovedMerge,
  requireApprovedChange,
  requireApprovedHead,
  requireProposal,
} from '../approval/require-approved.ts';
import { readBaseHead } from '../branch/base-head.ts';
import { type ObservedBranch, observeBranch } from '../branch/branch-state.ts';
import { type PlannedCommit, planCommit } from '../branch/plan-commit.ts';
import { type DesiredState, snapshotOf } from '../change/desired-state.ts';
import { findMergedPull } from '../change/find-merged-pull.ts';
import type { ProposalPlan, PullRequestPlan } from '../plan.ts';
import { splitMarker } from '../pull/marker.ts';
import { logChange } from '../report/log.ts';
import type { AttemptMemory } from './attempt-memory.ts';

/** What the base needs. Planning an attempt only reads: the attempt has changed nothing on GitHub yet. */
export interface BasePlan {
  readonly baseHead: string;
  readonly desired: DesiredState;
}

/** The base needs the change, so a pull request proposes it. */
export interface BranchPlan extends BasePlan {
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

export type AttemptPlan = BranchPlan | InBasePlan;

/** What the base needs now. It may have moved since the last attempt. */
export async function planForBase({ session, source }: PullRequestPlan): Promise<BasePlan> {
  const baseHead = await readBaseHead(session);
  return { baseHead, desired: await source(snapshotOf(session.github, session.repository, baseHead)) };
}

/**
 * What base, branch and pull request need now.
 * @throws ActionError if the branch is not as approved, or holds commits of others that `on-foreign-commits` refuses.
 */
export async function planAttempt(plan: ProposalPlan, memory: AttemptMemory): Promise<AttemptPlan> {
  const basePlan = await planForBase(plan);
  const branch = await observeBranch(plan.session, basePlan.baseHead);
  return basePlan.desired.edits.length === 0
    ? planInBase(plan, memory, basePlan, branch)
    : planBranch(plan, memory, basePlan, branch);
}

async function planBranch(
  { session, bumps, approval, onForeignCommits }: ProposalPlan,
  memory: AttemptMemory,
  { baseHead, desired }: BasePlan,
  branch: ObservedBranch,
): Promise<BranchPlan> {
  const { state, open, pulls } = branch;
  const { approvedHeads } = memory;
  requireProposal(session, approval);
  if (approvedHeads) requireApprovedHead(session, branch, approvedHeads);
  if (memory.loggedFingerprint !== desired.fingerprint) logChange(session, desired, bumps);
  memory.loggedFingerprint = desired.fingerprint;
  // A head that was merged and then reverted isn't proposed again: each approval is for one head.
  const wasMerged = state.kind !== 'absent' && pulls.some(({ merged, head }) => merged && head === state.head);
  const mustBeUpToDate = memory.mustBeUpToDate || wasMerged;
  const commit = await planCommit(session, { state, baseHead, desired, mustBeUpToDate, onForeignCommits });
  if (commit.kind === 'commit') requireApprovedChange(session, state, baseHead, approvedHeads);
  const foreign = state.kind === 'foreign' && onForeignCommits !== 'replace';
  const head = state.kind === 'absent' ? undefined : state.head;
  return { kind: 'propose', baseHead, desired, commit, open, head, foreign };
}

async function planInBase(
  { session, imagesInBase }: ProposalPlan,
  { approvedHeads }: AttemptMemory,
  { baseHead, desired }: BasePlan,
  { state, open, pulls }: ObservedBranch,
): Promise<InBasePlan> {
  const { base, branch } = session;
  const hasChange = ({ body }: PullRequest) => splitMarker(body).marker?.fingerprint === desired.fingerprint;
  const known =
    findApprovedMerge(pulls, base, approvedHeads) ??
    pulls.find((pull) => pull.merged && pull.base === base && hasChange(pull));
  const merged = known ?? (imagesInBase && (await findMergedPull(session, imagesInBase, pulls, baseHead)));
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
