import type { RefUpdate, UpdateRefsInput } from '@octokit/graphql-schema';
import type { GitHub } from '../api/client.ts';
import { GitHubConflict, GitHubRefusal } from '../api/error.ts';
import { requireText } from '../api/response-fields.ts';
import type { GitHubRepository } from './repository.ts';

/** No commit: what a ref points to before it is made and after it is deleted. */
const NOTHING = '0'.repeat(40);

/** The commit at which a branch stands; `undefined` where there is no such branch. */
export async function branchHead(
  github: GitHub,
  repository: GitHubRepository,
  branch: string,
): Promise<string | undefined> {
  const found = await github.find(
    'GET /repos/{owner}/{repo}/git/ref/{ref}',
    { ...repository.routeParams, ref: `heads/${branch}` },
    'contents: read',
  );
  return found && requireText(found.object?.sha, `the head of ${branch}`);
}

/** @throws GitHubConflict when the branch is there already. */
export async function createBranch(
  github: GitHub,
  repository: GitHubRepository,
  branch: string,
  commit: string,
): Promise<void> {
  try {
    await github.send(
      'POST /repos/{owner}/{repo}/git/refs',
      { ...repository.routeParams, ref: `refs/heads/${branch}`, sha: commit },
      'contents: write',
    );
  } catch (thrown) {
    if (thrown instanceof GitHubRefusal && /already exists/i.test(thrown.reason))
      throw new GitHubConflict(`Branch ${branch} could not be made`, thrown);
    throw thrown;
  }
}

export interface BranchMove {
  readonly branch: string;
  /** Where the branch must stand; `undefined` for one that must not exist. */
  readonly from: string | undefined;
  /** `undefined` deletes it. */
  readonly to: string | undefined;
}

const UPDATE_REFS = `mutation UpdateRefs($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`;

/**
 * Moves branches, all or none, and only from where they were seen: the comparison is made by the server, so nobody's commit is
 * ever lost, whatever the direction of the move.
 * @throws GitHubConflict when one of them stands elsewhere.
 */
export async function moveBranches(
  github: GitHub,
  repository: GitHubRepository,
  moves: readonly BranchMove[],
): Promise<void> {
  const refUpdates = moves.map(
    ({ branch, from, to }): RefUpdate => ({
      name: `refs/heads/${branch}`,
      beforeOid: from ?? NOTHING,
      afterOid: to ?? NOTHING,
      force: true,
    }),
  );
  try {
    const input: UpdateRefsInput = { repositoryId: repository.nodeId, refUpdates };
    await github.mutate(UPDATE_REFS, { input }, 'contents: write');
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.type === 'FORBIDDEN') throw thrown;
    // GitHub's words don't tell a moved branch from a rule that forbids the move: the branches do.
    for (const { branch, from } of moves)
      if ((await branchHead(github, repository, branch)) !== from)
        throw new GitHubConflict(`Branch ${branch} could not be moved`, thrown);
    throw thrown;
  }
}
