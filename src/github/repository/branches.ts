import type { RefUpdate, UpdateRefsInput } from '@octokit/graphql-schema';
import type { GitHub } from '../api/client.ts';
import { GitHubConflict, GitHubRefusal } from '../api/error.ts';
import { requireText } from '../api/response-fields.ts';
import type { GitHubRepository } from './repository.ts';

/** GitHub's value for a ref that doesn't exist. */
const NO_COMMIT = '0'.repeat(40);

/** The newest commit of a branch; `undefined` if the branch doesn't exist. */
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

/** @throws GitHubConflict if the branch exists already. */
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
      throw new GitHubConflict(`Branch ${branch} could not be created`, thrown);
    throw thrown;
  }
}

export interface BranchMove {
  readonly branch: string;
  /** The head that the branch must have; `undefined` if it must not exist. */
  readonly from: string | undefined;
  /** `undefined` deletes it. */
  readonly to: string | undefined;
}

const UPDATE_REFS = `mutation UpdateRefs($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`;

/**
 * Moves branches, all or none, and only if each still has the expected head. The server compares the heads, so no commit of others is
 * ever lost.
 * @throws GitHubConflict if one of them has another head.
 */
export async function moveBranches(
  github: GitHub,
  repository: GitHubRepository,
  moves: readonly BranchMove[],
): Promise<void> {
  const refUpdates = moves.map(
    ({ branch, from, to }): RefUpdate => ({
      name: `refs/heads/${branch}`,
      beforeOid: from ?? NO_COMMIT,
      afterOid: to ?? NO_COMMIT,
      force: true,
    }),
  );
  try {
    const input: UpdateRefsInput = { repositoryId: repository.nodeId, refUpdates };
    await github.mutate(UPDATE_REFS, { input }, 'contents: write');
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.type === 'FORBIDDEN') throw thrown;
    // GitHub's message is the same for a moved branch and for a rule that forbids the move, so the branches are read.
    for (const { branch, from } of moves)
      if ((await branchHead(github, repository, branch)) !== from)
        throw new GitHubConflict(`Branch ${branch} could not be moved`, thrown);
    throw thrown;
  }
}
