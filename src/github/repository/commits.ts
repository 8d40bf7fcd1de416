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
  /** Where the branch stands; `undefined` where there is none yet. */
  readonly from: string | undefined;
  /** The commit on which the new one is built; where it is not `from`, the branch is set onto it anew. */
  readonly parent: string;
  readonly edits: readonly FileEdit[];
  readonly message: string;
  /** Whether what stands on the side branch was left by a run that was cut off, and may go. */
  readonly isLeftover?: (commit: string) => Promise<boolean>;
  /** Told the commit before the branch moves to it, so that it is known whether or not the answer comes. */
  readonly onCommit?: ((commit: string) => void) | undefined;
}

/**
 * Puts one commit onto a branch, without a clone. GitHub signs it: plain files go by `createCommitOnBranch`; where a file is
 * executable or a link, by the Git database, which keeps modes (and signs for apps). The branch moves only from where it was seen.
 * @throws GitHubConflict when it stands elsewhere by now.
 */
export async function commitTo(github: GitHub, repository: GitHubRepository, request: CommitRequest): Promise<string> {
  const { branch, from, parent, edits, message, onCommit } = request;
  if (edits.some(({ after }) => after !== undefined && after.mode !== '100644')) {
    const commit = await writeLooseCommit(github, repository, request);
    onCommit?.(commit);
    if (from === undefined) await createBranch(github, repository, branch, commit);
    else await moveBranches(github, repository, [{ branch, from, to: commit }]);
    return commit;
  }
  if (from === undefined) await createBranch(github, repository, branch, parent);
  if (from === undefined || (from === parent && !onCommit))
    return commitOnBranch(github, repository, { branch, head: parent, edits, message });
  return recommit(github, repository, { ...request, from });
}

/**
 * The commit is made beside the branch first. While a branch that is set onto its base anew stood there itself, GitHub would close its
 * pull request.
 */
async function recommit(
  github: GitHub,
  repository: GitHubRepository,
  { branch, from, parent, edits, message, onCommit, isLeftover }: CommitRequest & { readonly from: string },
): Promise<string> {
  const side = sideBranchOf(branch);
  const left = await branchHead(github, repository, side);
  if (left === undefined) await createBranch(github, repository, side, parent);
  else if (left !== parent) {
    if (!(await isLeftover?.(left))) throw sideBranchTaken(side);
    await moveBranches(github, repository, [{ branch: side, from: left, to: parent }]);
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
    message: `Branch ${side} has commits that this action did not make: nothing can be prepared there.`,
    remedy: 'Save what is on it under another name, delete it, and run again.',
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

interface SignedCommit {
  readonly branch: string;
  readonly head: string;
  readonly edits: readonly FileEdit[];
  readonly message: string;
}

async function commitOnBranch(github: GitHub, repository: GitHubRepository, signed: SignedCommit): Promise<string> {
  const { branch, head, edits, message } = signed;
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
    return requireText(data.createCommitOnBranch?.commit?.oid, `the commit that was made on ${branch}`);
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.type === 'FORBIDDEN') throw thrown;
    if (thrown.type === 'STALE_DATA' || (await branchHead(github, repository, branch)) !== head)
      throw new GitHubConflict(`Branch ${branch} could not be committed to`, thrown);
    throw thrown;
  }
}

/** A commit that no branch has yet. Without author and committer GitHub signs it in the app's name. */
async function writeLooseCommit(github: GitHub, repository: GitHubRepository, request: CommitRequest): Promise<string> {
  const tree: ParametersOf<'POST /repos/{owner}/{repo}/git/trees'>['tree'] = [];
  for (const { path, after } of request.edits) {
    const sha = after === undefined ? null : await writeBlob(github, repository, after.content);
    tree.push({ path, mode: after?.mode ?? '100644', type: 'blob', sha });
  }
  const written = await github.send(
    'POST /repos/{owner}/{repo}/git/trees',
    { ...repository.routeParams, base_tree: request.parent, tree },
    'contents: write',
  );
  const treeOid = requireText(written.sha, 'the id of the tree that was written');
  const made = await github.send(
    'POST /repos/{owner}/{repo}/git/commits',
    { ...repository.routeParams, message: request.message, tree: treeOid, parents: [request.parent] },
    'contents: write',
  );
  return requireText(made.sha, 'the id of the commit that was written');
}

async function writeBlob(github: GitHub, repository: GitHubRepository, content: Buffer): Promise<string> {
  const made = await github.send(
    'POST /repos/{owner}/{repo}/git/blobs',
    { ...repository.routeParams, content: content.toString('base64'), encoding: 'base64' },
    'contents: write',
  );
  return requireText(made.sha, 'the id of the file that was written');
}
