import { ActionError } from '../../../core/error.ts';
import { listPullRequests, type PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import { branchHead } from '../../../github/repository/branches.ts';
import { type CommitComparison, type ComparedCommit, compareCommits } from '../../../github/repository/history.ts';
import type { GitOpsSession } from '../session.ts';
import { ownCommits } from './own-commits.ts';

/** What stands on the branch of the pull request. */
export type BranchState =
  | { readonly kind: 'absent' }
  /** Only our own commits, or such as are in the base already. */
  | { readonly kind: 'own'; readonly head: string; readonly comparison: CommitComparison }
  /** Commits of others are among them. */
  | {
      readonly kind: 'foreign';
      readonly head: string;
      readonly comparison: CommitComparison;
      readonly foreign: readonly ComparedCommit[];
    };

export interface ObservedBranch {
  readonly state: BranchState;
  /** The open pull request of the branch. */
  readonly open: PullRequest | undefined;
  /** All of them, newest first. */
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
  // What was merged is kept by the base; a squash leaves it on the branch under other names.
  if (pulls.some((pull) => pull.merged && pull.head === head)) return [];
  if (comparison.ahead > comparison.commits.length)
    throw new ActionError({
      code: 'branch-too-long',
      message: `Branch ${session.branch} has ${comparison.ahead} commits that ${session.base} lacks, too many to be looked at.`,
      remedy: 'That is no branch of this action: give another name in `branch`.',
    });
  const own = await ownCommits(session, comparison);
  return comparison.commits.filter(({ oid }) => !own.has(oid));
}
