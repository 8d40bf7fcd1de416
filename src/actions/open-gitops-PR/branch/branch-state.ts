import { ActionError } from '../../../core/error.ts';
import { listPullRequests, type PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import { branchHead } from '../../../github/repository/branches.ts';
import { type CommitComparison, type ComparedCommit, compareCommits } from '../../../github/repository/history.ts';
import type { GitOpsSession } from '../session/session.ts';
import { ownCommits } from './own-commits.ts';

/** The state of the branch of the pull request. */
export type BranchState =
  | { readonly kind: 'absent' }
  /** It has only our own commits, or commits that the base has already. */
  | { readonly kind: 'own'; readonly head: string; readonly comparison: CommitComparison }
  /** It has commits of others. */
  | {
      readonly kind: 'foreign';
      readonly head: string;
      readonly comparison: CommitComparison;
      readonly foreign: readonly ComparedCommit[];
    };

/** The branch and its pull requests. */
export interface ObservedBranch {
  readonly state: BranchState;
  readonly open: PullRequest | undefined;
  /** All pull requests of the branch, newest first. */
  readonly pulls: readonly PullRequest[];
}

export async function observeBranch(session: GitOpsSession, baseHead: string): Promise<ObservedBranch> {
  const { github, repository, branch } = session;
  const head = await branchHead(github, repository, branch);
  const pulls = await listPullRequests(github, repository, branch);
  const open = pulls.find((pull) => pull.open);
  if (head === undefined) return { state: { kind: 'absent' }, open, pulls };
  const comparison = await compareCommits(github, repository, baseHead, head);
  const foreign = await foreignCommits(session, comparison, head, pulls);
  if (foreign.length === 0) return { state: { kind: 'own', head, comparison }, open, pulls };
  return { state: { kind: 'foreign', head, comparison, foreign }, open, pulls };
}

async function foreignCommits(
  session: GitOpsSession,
  comparison: CommitComparison,
  head: string,
  pulls: readonly PullRequest[],
): Promise<ComparedCommit[]> {
  // A merged head is in the base already, even if a squash gave its commits other ids.
  if (pulls.some((pull) => pull.merged && pull.head === head)) return [];
  if (comparison.ahead > comparison.commits.length)
    throw new ActionError({
      code: 'branch-too-long',
      message: `Branch ${session.branch} has ${comparison.ahead} commits that ${session.base} lacks, too many to check.`,
      remedy: 'This action did not make that branch: set `branch` to another name.',
    });
  const own = await ownCommits(session, comparison);
  return comparison.commits.filter(({ oid }) => !own.has(oid));
}
