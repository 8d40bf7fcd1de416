import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { RepositoryFile } from '../../../github/repository/files.ts';
import { compareCommits } from '../../../github/repository/history.ts';
import type { ImageReference } from '../../../image/reference.ts';
import type { GitOpsSession } from '../session/session.ts';
import { snapshotOf } from './desired-state.ts';
import { findMergedChange } from './revert.ts';

/** How many merged pull requests of the branch are checked, newest first. */
const MOST_CHECKED = 10;

type Files = ReadonlyMap<string, RepositoryFile | undefined>;

/**
 * Finds the merged pull request that brought the base to its current state, for a run that has nothing to change: the newest one that
 * introduced one of the images. Nobody may have changed its files since.
 * @param images an empty list stands for any image.
 * @param baseHead the newest commit of the base.
 */
export async function findMergedPull(
  session: GitOpsSession,
  images: readonly ImageReference[],
  pulls: readonly PullRequest[],
  baseHead: string,
): Promise<PullRequest | undefined> {
  const { github, repository, base } = session;
  const merged = pulls.filter((pull) => pull.merged && pull.base === base && pull.mergeCommit !== undefined);
  for (const pull of merged.slice(0, MOST_CHECKED)) {
    const change = await findMergedChange(github, repository, { kind: 'pull', number: pull.number });
    const { paths } = await compareCommits(github, repository, change.before, change.after);
    const read = (commit: string) => snapshotOf(github, repository, commit).read(paths);
    const [before, after] = [await read(change.before), await read(change.after)];
    if (!introducesImage(images, before, after)) continue;
    const current = await read(baseHead);
    return paths.every((path) => after.get(path)?.oid === current.get(path)?.oid) ? pull : undefined;
  }
  return undefined;
}

/** Whether a file contains the tag or digest of one of the images after the change but not before. True if no image is given. */
function introducesImage(images: readonly ImageReference[], before: Files, after: Files): boolean {
  const versions = images.flatMap(({ tag, digest }) => [tag, digest].filter((version) => version !== undefined));
  const contains = (files: Files, path: string, version: string) => files.get(path)?.content.includes(version) === true;
  return (
    images.length === 0 ||
    [...after.keys()].some((path) =>
      versions.some((version) => contains(after, path, version) && !contains(before, path, version)),
    )
  );
}
