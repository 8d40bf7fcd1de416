import { ActionError } from '../../../core/error.ts';
import { type Pull, pullsOf } from '../../../github/pull-requests/pull-requests.ts';
import { branchHead } from '../../../github/repository/branches.ts';
import { type CommitFacts, type Comparison, compareCommits } from '../../../github/repository/history.ts';
import type { Session } from '../session.ts';
import { ownCommits } from './own-commits.ts';

/** What stands on the branch of the pull request. */
export type BranchState =
  | { readonly kind: 'absent' }
  /** Only our own commits, or such as are in the base already. */
  | { readonly kind: 'own'; readonly head: string; readonly comparison: Comparison }
  /** Commits of others are among them. */
  | {
      readonly kind: 'foreign';
      readonly head: string;
      readonly comparison: Comparison;
      readonly foreign: readonly CommitFacts[];
    };

export interface Standing {
  readonly state: BranchState;
  /** The open pull request of the branch. */
  readonly open: Pull | undefined;
  /** All of them, newest first. */
  readonly pulls: readonly Pull[];
}

export async function surveyBranch(session: Session, baseHead: string): Promise<Standing> {
  const { github, repository, branch } = session;
  const head = await branchHead(github, repository, branch);
  const pulls = await pullsOf(github, repository, branch);
  const open = pulls.find((pull) => pull.open);
  if (head === undefined) return { state: { kind: 'absent' }, open, pulls };
  const comparison = await compareCommits(github, repository, baseHead, head);
  const foreign = await foreignCommits(session, comparison, head, pulls);
  if (foreign.length === 0) return { state: { kind: 'own', head, comparison }, open, pulls };
  return { state: { kind: 'foreign', head, comparison, foreign }, open, pulls };
}

async function foreignCommits(
  session: Session,
  comparison: Comparison,
  head: string,
  pulls: readonly Pull[],
): Promise<CommitFacts[]> {
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
