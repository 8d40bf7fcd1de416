import { ActionError } from '../../../core/error.ts';
import { type InputPath, resolveInputPath } from '../../../files/input-path.ts';
import type { GitHub } from '../../../github/api/client.ts';
import { GitHubRefusal } from '../../../github/api/error.ts';
import { listFiles } from '../../../github/repository/files.ts';
import type { GitHubRepository } from '../../../github/repository/repository.ts';
import { type ChangeSource, type DesiredFile, desiredState, snapshotOf } from '../change/desired-state.ts';
import { mergeFiles } from '../change/three-way-merge.ts';
import { openGitFolder, requireGitFolderInside } from './git-folder.ts';
import { largeFileNotSupported, requireUnfiltered } from './require-unfiltered.ts';
import { changesIn } from './working-tree.ts';

interface CheckoutSelection {
  /** The folder of the checkout. */
  readonly path: InputPath;
  /** Globs of the files that count, relative to the folder. */
  readonly addPaths: readonly string[];
}

/** Applies the changes in a checkout since its commit to the base as it is now. */
export function changedFiles(
  github: GitHub,
  repository: GitHubRepository,
  checkout: CheckoutSelection,
  cwd: string,
): ChangeSource {
  const root = resolveInputPath('path', checkout.path, cwd);
  const folder = openGitFolder(root);
  requireGitFolderInside(folder, root, cwd);
  const commit = folder.commit();
  const checkedOut = snapshotOf(github, repository, commit);
  return async (base) => {
    const committed = await listCommittedFiles(github, repository, commit, checkout);
    const changed = changesIn(root, committed, checkout.addPaths);
    await requireUnfiltered(changed, { root, folder, checkedOut, committed });
    const paths = changed.map(({ path }) => path);
    const [onBase, inCommit] = [await base.read(paths), await checkedOut.read(paths)];
    return desiredState(
      changed.map(({ path, after }) => mergeIntoBase(path, after, inCommit.get(path), onBase.get(path))),
    );
  };
}

async function listCommittedFiles(
  github: GitHub,
  repository: GitHubRepository,
  commit: string,
  { path }: CheckoutSelection,
) {
  try {
    return await listFiles(github, repository, commit);
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.status !== 404) throw thrown;
    throw new ActionError({
      code: 'checkout-invalid',
      message: `The checkout in ${path} is at commit ${commit.slice(0, 8)}, which ${repository.fullName} does not have.`,
      remedy: 'Set `path` to a checkout of the repository that `repository` names, without local commits.',
      cause: thrown,
    });
  }
}

/** Merges a change in the checkout with what others changed on the base since. */
function mergeIntoBase(
  path: string,
  after: DesiredFile['after'],
  inCommit: DesiredFile['before'],
  onBase: DesiredFile['before'],
): DesiredFile {
  if (inCommit && after && isLfsPointer(inCommit.content) && !isLfsPointer(after.content))
    throw largeFileNotSupported(path);
  const merged = mergeFiles(inCommit, after, onBase);
  if (merged.kind === 'merged') return { path, before: onBase, after: merged.file };
  throw new ActionError({
    code: 'change-conflict',
    message: `${path} was changed in the checkout, and changed differently on the base since.`,
    remedy: 'Check the base out again and repeat the change.',
  });
}

/** Whether a file is what Git LFS commits in place of a large file. */
function isLfsPointer(content: Buffer): boolean {
  return content.subarray(0, 40).toString('latin1').startsWith('version https://git-lfs.github.com/spec/');
}
