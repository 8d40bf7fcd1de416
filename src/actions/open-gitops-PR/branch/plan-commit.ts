import { ActionError } from '../../../core/error.ts';
import { commitTo } from '../../../github/repository/commits.ts';
import type { Approval } from '../approval/require-approved.ts';
import { type Desired, type Edit, sameFile, snapshotOf } from '../change/desired-state.ts';
import type { Session } from '../session.ts';
import { editsOnTop } from './append-edits.ts';
import type { BranchState } from './branch-state.ts';
import { isLeftover, signed } from './own-commits.ts';

/** The commit that the branch needs. */
export type NeededCommit =
  | { readonly kind: 'none'; readonly head: string }
  /** Built on `parent`: on the base (the branch is set onto it anew), or on top of what others committed. */
  | {
      readonly kind: 'commit';
      readonly from: string | undefined;
      readonly parent: string;
      readonly edits: readonly Edit[];
    };

interface Question {
  readonly state: BranchState;
  readonly baseHead: string;
  readonly desired: Desired;
  /** The branch must hold the newest commit of the base, though nothing in its own files asks for it. */
  readonly fresh: boolean;
}

/** What is missing on the branch, so that merging it gives the base what it shall become; nothing, where it would already. */
export async function neededCommit(session: Session, question: Question): Promise<NeededCommit> {
  const { state, baseHead, desired, fresh } = question;
  if (state.kind === 'absent') return { kind: 'commit', from: undefined, parent: baseHead, edits: desired.edits };
  const anew: NeededCommit = { kind: 'commit', from: state.head, parent: baseHead, edits: desired.edits };
  if (state.kind === 'own') {
    if (fresh && state.comparison.mergeBase !== baseHead) return anew;
    return (await holds(session, state, question)) ? { kind: 'none', head: state.head } : anew;
  }
  const { onForeignCommits } = session.inputs;
  if (onForeignCommits === 'replace') return anew;
  if (onForeignCommits === 'fail') throw foreignCommits(session, state);
  const edits = await editsOnTop(session, state, desired);
  return edits.length === 0
    ? { kind: 'none', head: state.head }
    : { kind: 'commit', from: state.head, parent: state.head, edits };
}

export async function commitNeeded(
  session: Session,
  needed: NeededCommit & { readonly kind: 'commit' },
  message: string,
  approval: Approval | undefined,
): Promise<string> {
  const { github, repository, branch, identity } = session;
  const announce = approval && ((commit: string) => approval.add(commit));
  return commitTo(github, repository, {
    ...{ branch, ...needed, announce },
    message: signed(message, identity, needed.edits),
    isLeftover: (commit) => isLeftover(session, needed.parent, commit),
  });
}

/** Whether the branch changes exactly the wanted files to exactly the wanted contents, from the contents that the base has now. */
async function holds(
  { github, repository }: Session,
  { comparison, head }: BranchState & { readonly kind: 'own' },
  { desired, baseHead }: Question,
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

function foreignCommits({ branch }: Session, state: BranchState & { readonly kind: 'foreign' }): ActionError {
  const authors = [...new Set(state.foreign.map(({ author }) => author))].join(', ');
  const [first] = state.foreign;
  return new ActionError({
    code: 'foreign-commits',
    message: `Branch ${branch} has ${state.foreign.length} commit(s) of others (${authors}; the first is ${first?.oid.slice(0, 8)}).`,
    remedy:
      'Merge or close that pull request first, or set `on-foreign-commits` to append (keep them) or replace (drop them).',
  });
}
