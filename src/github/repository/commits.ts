import type { Commit, CreateCommitOnBranchInput, CreateCommitOnBranchPayload, Mutation } from '@octokit/graphql-schema';
import { ActionError } from '../../core/error.ts';
import type { GitHub } from '../api/client.ts';
import { GitHubConflict, GitHubRefusal } from '../api/error.ts';
import { requireText, type SelectedField } from '../api/response-fields.ts';
import type { ParametersOf } from '../api/routes.ts';
import { type BranchMove, branchHead, createBranch, moveBranches } from './branches.ts';
import type { FileEdit } from './files.ts';
import type { GitHubRepository } from './repository.ts';
import { sideBranchOf } from './side-branch.ts';

export interface CommitRequest {
  readonly branch: string;
  /** The current head of the branch; `undefined` if the branch doesn't exist yet. */
  readonly from: string | undefined;
  /** The parent of the new commit. If it isn't `from`, the commits of the branch are replaced. */
  readonly parent: string;
  readonly edits: readonly FileEdit[];
  readonly message: string;
  /** Whether an interrupted run left this commit on the side branch, so that it may be dropped. */
  readonly isLeftover?: (commit: string) => Promise<boolean>;
  /** Gets the commit before the branch moves to it, so it is known even if the response to the move is lost. */
  readonly onCommit?: ((commit: string) => void) | undefined;
}

/**
 * Makes one commit on a branch, without a clone, signed by GitHub. Plain files use `createCommitOnBranch`. If a file is executable or a
 * link, the Git database API is used: it keeps modes, and signs the commits of Apps. The branch moves only if it still has the expected head.
 * @throws GitHubConflict if it has another head.
 */
export async function commitTo(github: GitHub, repository: GitHubRepository, request: CommitRequest): Promise<string> {
  const { branch, from, parent, edits, message, onCommit } = request;
  if (edits.some(({ after }) => after !== undefined && after.mode !== '100644')) {
    const commit = await createDetachedCommit(github, repository, request);
    onCommit?.(commit);
    if (from === undefined) await createBranch(github, repository, branch, commit);
    else await moveBranches(github, repository, [{ branch, from, to: commit }]);
    return commit;
  }
  if (from === undefined) await createBranch(github, repository, branch, parent);
  if (from === undefined || (from === parent && !onCommit))
    return commitOnBranch(github, repository, { branch, head: parent, edits, message });
  return commitViaSideBranch(github, repository, { ...request, from });
}

/**
 * Makes the commit on a side branch and then moves the branch to it. If the branch itself were first reset to its base, GitHub would close
 * its pull request.
 */
async function commitViaSideBranch(
  github: GitHub,
  repository: GitHubRepository,
  { branch, from, parent, edits, message, onCommit, isLeftover }: CommitRequest & { readonly from: string },
): Promise<string> {
  const side = sideBranchOf(branch);
  const existing = await branchHead(github, repository, side);
  if (existing === undefined) await createBranch(github, repository, side, parent);
  else if (existing !== parent) {
    if (!(await isLeftover?.(existing))) throw sideBranchTaken(side);
    await moveBranches(github, repository, [{ branch: side, from: existing, to: parent }]);
  }
  const commit = await commitOnBranch(github, repository, { branch: side, head: parent, edits, message });
  onCommit?.(commit);
  const moves: BranchMove[] = [
    { branch, from, to: commit },
    { branch: side, from: commit, to: undefined },
  ];
  await moveBranches(github, repository, moves);
  return commit;
}

function sideBranchTaken(side: string): ActionError {
  return new ActionError({
    code: 'side-branch-taken',
    message: `Branch ${side} has commits of others, so the next commit can't be prepared there.`,
    remedy: 'Save its commits under another name, delete it, and run again.',
  });
}

const CREATE_COMMIT = `mutation CreateCommitOnBranch($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

type Created = SelectedField<
  Mutation,
  'createCommitOnBranch',
  SelectedField<CreateCommitOnBranchPayload, 'commit', Pick<Commit, 'oid'>>
>;

interface CommitOnBranch {
  readonly branch: string;
  readonly head: string;
  readonly edits: readonly FileEdit[];
  readonly message: string;
}

async function commitOnBranch(github: GitHub, repository: GitHubRepository, commit: CommitOnBranch): Promise<string> {
  const { branch, head, edits, message } = commit;
  const [headline = '', ...rest] = message.split('\n');
  const input: CreateCommitOnBranchInput = {
    branch: { repositoryNameWithOwner: repository.fullName, branchName: branch },
    expectedHeadOid: head,
    message: { headline, body: rest.join('\n').trim() },
    fileChanges: {
      additions: edits.flatMap(({ path, after }) =>
        after === undefined ? [] : [{ path, contents: after.content.toString('base64') }],
      ),
      deletions: edits.flatMap(({ path, after }) => (after === undefined ? [{ path }] : [])),
    },
  };
  try {
    const data = await github.mutate<Created>(CREATE_COMMIT, { input }, 'contents: write');
    return requireText(data.createCommitOnBranch?.commit?.oid, `the new commit on ${branch}`);
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.type === 'FORBIDDEN') throw thrown;
    if (thrown.type === 'STALE_DATA' || (await branchHead(github, repository, branch)) !== head)
      throw new GitHubConflict(`Branch ${branch} could not be committed to`, thrown);
    throw thrown;
  }
}

/** Creates a commit that is on no branch yet. Without author and committer, GitHub signs it for the App. */
async function createDetachedCommit(
  github: GitHub,
  repository: GitHubRepository,
  request: CommitRequest,
): Promise<string> {
  const tree: ParametersOf<'POST /repos/{owner}/{repo}/git/trees'>['tree'] = [];
  for (const { path, after } of request.edits) {
    const sha = after === undefined ? null : await createBlob(github, repository, after.content);
    tree.push({ path, mode: after?.mode ?? '100644', type: 'blob', sha });
  }
  const written = await github.send(
    'POST /repos/{owner}/{repo}/git/trees',
    { ...repository.routeParams, base_tree: request.parent, tree },
    'contents: write',
  );
  const treeOid = requireText(written.sha, 'the id of the new tree');
  const made = await github.send(
    'POST /repos/{owner}/{repo}/git/commits',
    { ...repository.routeParams, message: request.message, tree: treeOid, parents: [request.parent] },
    'contents: write',
  );
  return requireText(made.sha, 'the id of the new commit');
}

async function createBlob(github: GitHub, repository: GitHubRepository, content: Buffer): Promise<string> {
  const made = await github.send(
    'POST /repos/{owner}/{repo}/git/blobs',
    { ...repository.routeParams, content: content.toString('base64'), encoding: 'base64' },
    'contents: write',
  );
  return requireText(made.sha, 'the id of the new file');
}
