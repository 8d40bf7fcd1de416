import type { PullRequest } from '../../../github/pull-requests/pull-requests.ts';
import type { RepositoryFile } from '../../../github/repository/files.ts';
import { compareCommits } from '../../../github/repository/history.ts';
import type { ImageReference } from '../../../image/reference.ts';
import type { GitOpsSession } from '../session.ts';
import { snapshotOf } from './desired-state.ts';
import { findMergedChange } from './revert.ts';

/** So many merged pull requests of the branch are looked at, the newest first. */
const MOST_CHECKED = 10;

type Files = ReadonlyMap<string, RepositoryFile | undefined>;

/**
 * The pull request by which the base came to what it has, where nothing says any more what that was: the newest one that was merged
 * and brought one of the images, provided that nobody has changed its files since.
 * @param from the newest commit of the base.
 */
export async function findMergedPull(
  session: GitOpsSession,
  pulls: readonly PullRequest[],
  from: string,
): Promise<PullRequest | undefined> {
  const { github, repository, base, inputs } = session;
  const merged = pulls.filter((pull) => pull.merged && pull.base === base && pull.mergeCommit !== undefined);
  for (const pull of merged.slice(0, MOST_CHECKED)) {
    const { before, after } = await findMergedChange(github, repository, { kind: 'pull', number: pull.number });
    const { paths } = await compareCommits(github, repository, before, after);
    const read = (commit: string) => snapshotOf(github, repository, commit).read(paths);
    const then = await read(after);
    if (!introducesImage(inputs.image, await read(before), then)) continue;
    const now = await read(from);
    return paths.every((path) => then.get(path)?.oid === now.get(path)?.oid) ? pull : undefined;
  }
  return undefined;
}

/** Whether the digest or tag of one of the images stands in a file since, and did not before; so it is where no image is given. */
function introducesImage(images: readonly ImageReference[], before: Files, after: Files): boolean {
  const versions = images.flatMap(({ tag, digest }) => [tag, digest].filter((version) => version !== undefined));
  const holds = (files: Files, path: string, version: string) => files.get(path)?.content.includes(version) === true;
  return (
    images.length === 0 ||
    [...after.keys()].some((path) =>
      versions.some((version) => holds(after, path, version) && !holds(before, path, version)),
    )
  );
}
