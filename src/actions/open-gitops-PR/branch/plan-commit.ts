import { ActionError } from '../../../core/error.ts';
import { commitTo } from '../../../github/repository/commits.ts';
import type { ApprovedHeads } from '../approval/require-approved.ts';
import { type DesiredState, type EditedFile, sameFile, snapshotOf } from '../change/desired-state.ts';
import type { GitOpsSession } from '../session.ts';
import { appendEdits } from './append-edits.ts';
import type { BranchState } from './branch-state.ts';
import { isLeftover, withTrailers } from './own-commits.ts';

/** The commit that the branch needs. */
export type PlannedCommit =
  | { readonly kind: 'none'; readonly head: string }
  /** Built on `parent`: on the base (the branch is set onto it anew), or on top of what others committed. */
  | {
      readonly kind: 'commit';
      readonly from: string | undefined;
      readonly parent: string;
      readonly edits: readonly EditedFile[];
    };

interface CommitNeed {
  readonly state: BranchState;
  readonly baseHead: string;
  readonly desired: DesiredState;
  /** The branch must hold the newest commit of the base, though nothing in its own files asks for it. */
  readonly fresh: boolean;
}

/** What is missing on the branch, so that merging it gives the base what it shall become; nothing, where it would already. */
export async function planCommit(session: GitOpsSession, question: CommitNeed): Promise<PlannedCommit> {
  const { state, baseHead, desired, fresh } = question;
  if (state.kind === 'absent') return { kind: 'commit', from: undefined, parent: baseHead, edits: desired.edits };
  const anew: PlannedCommit = { kind: 'commit', from: state.head, parent: baseHead, edits: desired.edits };
  if (state.kind === 'own') {
    if (fresh && state.comparison.mergeBase !== baseHead) return anew;
    return (await holds(session, state, question)) ? { kind: 'none', head: state.head } : anew;
  }
  const { onForeignCommits } = session.inputs;
  if (onForeignCommits === 'replace') return anew;
  if (onForeignCommits === 'fail') throw foreignCommits(session, state);
  const edits = await appendEdits(session, state, desired);
  return edits.length === 0
    ? { kind: 'none', head: state.head }
    : { kind: 'commit', from: state.head, parent: state.head, edits };
}

export async function makeCommit(
  session: GitOpsSession,
  needed: PlannedCommit & { readonly kind: 'commit' },
  message: string,
  approval: ApprovedHeads | undefined,
): Promise<string> {
  const { github, repository, branch, identity } = session;
  const onCommit = approval && ((commit: string) => approval.add(commit));
  return commitTo(github, repository, {
    ...{ branch, ...needed, onCommit },
    message: withTrailers(message, identity, needed.edits),
    isLeftover: (commit) => isLeftover(session, needed.parent, commit),
  });
}

/** Whether the branch changes exactly the wanted files to exactly the wanted contents, from the contents that the base has now. */
async function holds(
  { github, repository }: GitOpsSession,
  { comparison, head }: BranchState & { readonly kind: 'own' },
  { desired, baseHead }: CommitNeed,
): Promise<boolean> {
  const paths = desired.edits.map(({ path }) => path);
  const known = new Set(paths);
  if (comparison.ahead === 0 || comparison.paths.some((path) => !known.has(path))) return false;
  const now = await snapshotOf(github, repository, head).read(paths);
  if (!desired.edits.every(({ path, after }) => sameFile(now.get(path), after))) return false;
  if (comparison.mergeBase === baseHead) return true;
  const then = await snapshotOf(github, repository, comparison.mergeBase).read(paths);
  return desired.edits.every(({ path, before }) => then.get(path)?.oid === before?.oid);
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
