import { commitTo } from '../../../github/repository/commits.ts';
import type { GitOpsSession } from '../session/session.ts';
import { isLeftover, withTrailers } from './own-commits.ts';
import type { CommitPlan } from './plan-commit.ts';

/**
 * Makes the planned commit and moves the branch to it.
 * @param onCommit gets the new commit before the branch moves, so it is known even if GitHub's response is lost.
 */
export function makeCommit(
  session: GitOpsSession,
  plan: CommitPlan,
  message: string,
  onCommit: ((commit: string) => void) | undefined,
): Promise<string> {
  const { github, repository, branch, identity } = session;
  const { from, parent, edits } = plan;
  return commitTo(github, repository, {
    ...{ branch, from, parent, edits, onCommit },
    message: withTrailers(message, identity, edits),
    isLeftover: (commit) => isLeftover(session, parent, commit),
  });
}
