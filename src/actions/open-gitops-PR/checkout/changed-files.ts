import { resolve } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import type { GitHub } from '../../../github/api/client.ts';
import { GitHubRefusal } from '../../../github/api/error.ts';
import { listFiles } from '../../../github/repository/files.ts';
import type { GitHubRepository } from '../../../github/repository/repository.ts';
import { type ChangeSource, desiredState, type EditedFile, snapshotOf } from '../change/desired-state.ts';
import { mergeFiles } from '../change/three-way-merge.ts';
import { gitFolderOf } from './git-folder.ts';
import { largeFile, requireUnfiltered } from './require-unfiltered.ts';
import { changesIn } from './working-tree.ts';

interface Checkout {
  /** Its folder. */
  readonly path: string;
  readonly addPaths: readonly string[];
}

/** What was changed in a checkout since its commit, carried over to the base as it stands now. */
export function changedFiles(
  github: GitHub,
  repository: GitHubRepository,
  checkout: Checkout,
  cwd: string,
): ChangeSource {
  const root = resolve(cwd, checkout.path);
  const folder = gitFolderOf(root);
  const commit = folder.commit();
  const checkedOut = snapshotOf(github, repository, commit);
  return async (base) => {
    const committed = await listCheckedOut(github, repository, commit, checkout);
    const changed = changesIn(root, committed, checkout.addPaths);
    await requireUnfiltered(changed, { root, folder, checkedOut, committed });
    const names = changed.map(({ path }) => path);
    const [now, then] = [await base.read(names), await checkedOut.read(names)];
    return desiredState(changed.map(({ path, after }) => carriedOver(path, after, then.get(path), now.get(path))));
  };
}

async function listCheckedOut(github: GitHub, repository: GitHubRepository, commit: string, { path }: Checkout) {
  try {
    return await listFiles(github, repository, commit);
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.status !== 404) throw thrown;
    throw new ActionError({
      code: 'checkout-invalid',
      message: `The checkout in ${path} is at commit ${commit.slice(0, 8)}, which ${repository.fullName} does not have.`,
      remedy: 'Give in `path` a checkout of the repository that `repository` names, without commits of its own.',
      cause: thrown,
    });
  }
}

/** What was changed in the checkout, merged with what others changed on the base since. */
function carriedOver(
  path: string,
  after: EditedFile['after'],
  then: EditedFile['before'],
  now: EditedFile['before'],
): EditedFile {
  if (then && after && isPointer(then.content) && !isPointer(after.content)) throw largeFile(path);
  const merged = mergeFiles(then, after, now);
  if (merged.kind === 'merged') return { path, before: now, after: merged.file };
  throw new ActionError({
    code: 'change-conflict',
    message: `${path} was changed in the checkout, and differently on the base since.`,
    remedy: 'Check the base out anew and make the change again.',
  });
}

/** What Git LFS commits in place of a large file. */
function isPointer(content: Buffer): boolean {
  return content.subarray(0, 40).toString('latin1').startsWith('version https://git-lfs.github.com/spec/');
}
