import { ActionError } from '../../../core/error.ts';
import { type DesiredFile, type DesiredState, sameFile, snapshotOf } from '../change/desired-state.ts';
import type { GitOpsSession } from '../session/session.ts';
import { appendEdits } from './append-edits.ts';
import type { BranchState } from './branch-state.ts';

/** What to do about commits of others on the branch: keep them and commit on top, fail, or drop them. */
export type ForeignCommitPolicy = 'append' | 'fail' | 'replace';

/** A commit to make on the branch. */
export interface CommitPlan {
  readonly kind: 'commit';
  /** The current head of the branch; `undefined` if the branch doesn't exist yet. */
  readonly from: string | undefined;
  /** The commit to build on: the newest one of the base, or the head of the branch if it keeps commits of others. */
  readonly parent: string;
  readonly edits: readonly DesiredFile[];
}

/** The commit that the branch needs; `none` if its head already has the change. */
export type PlannedCommit = CommitPlan | { readonly kind: 'none'; readonly head: string };

interface CommitNeed {
  readonly state: BranchState;
  readonly baseHead: string;
  readonly desired: DesiredState;
  /** The branch must contain the newest commit of the base, even if that commit doesn't touch the files of the change. */
  readonly mustBeUpToDate: boolean;
  readonly onForeignCommits: ForeignCommitPolicy;
}

/** Finds out which commit the branch needs, so that merging the branch brings the base to the desired state. */
export async function planCommit(session: GitOpsSession, need: CommitNeed): Promise<PlannedCommit> {
  const { state, baseHead, desired, mustBeUpToDate, onForeignCommits } = need;
  if (state.kind === 'absent') return { kind: 'commit', from: undefined, parent: baseHead, edits: desired.edits };
  const rebuilt: CommitPlan = { kind: 'commit', from: state.head, parent: baseHead, edits: desired.edits };
  if (state.kind === 'own') {
    if (mustBeUpToDate && state.comparison.mergeBase !== baseHead) return rebuilt;
    return (await hasChange(session, state, need)) ? { kind: 'none', head: state.head } : rebuilt;
  }
  if (onForeignCommits === 'replace') return rebuilt;
  if (onForeignCommits === 'fail') throw foreignCommits(session, state);
  const edits = await appendEdits(session, state, desired);
  return edits.length === 0
    ? { kind: 'none', head: state.head }
    : { kind: 'commit', from: state.head, parent: state.head, edits };
}

/**
 * Whether the branch changes exactly the files of the change, to exactly the desired contents. The files must also have the same
 * contents on the base as they had when the branch was made.
 */
async function hasChange(
  { github, repository }: GitOpsSession,
  { comparison, head }: BranchState & { readonly kind: 'own' },
  { desired, baseHead }: CommitNeed,
): Promise<boolean> {
  const paths = desired.edits.map(({ path }) => path);
  const known = new Set(paths);
  if (comparison.ahead === 0 || comparison.paths.some((path) => !known.has(path))) return false;
  const onBranch = await snapshotOf(github, repository, head).read(paths);
  if (!desired.edits.every(({ path, after }) => sameFile(onBranch.get(path), after))) return false;
  if (comparison.mergeBase === baseHead) return true;
  const atMergeBase = await snapshotOf(github, repository, comparison.mergeBase).read(paths);
  return desired.edits.every(({ path, before }) => atMergeBase.get(path)?.oid === before?.oid);
}

function foreignCommits({ branch }: GitOpsSession, state: BranchState & { readonly kind: 'foreign' }): ActionError {
  const authors = [...new Set(state.foreign.map(({ author }) => author))].join(', ');
  const [first] = state.foreign;
  return new ActionError({
    code: 'foreign-commits',
    message: `Branch ${branch} has ${state.foreign.length} commit(s) of others (${authors}; the first is ${first?.oid.slice(0, 8)}).`,
    remedy:
      'Merge or close that pull request first, or set `on-foreign-commits` to append (keep them) or replace (drop them).',
  });
}
