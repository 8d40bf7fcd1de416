import { compareCommits } from '../../github/history.ts';
import type { Pull } from '../../github/pulls.ts';
import { snapshotOf } from './desired.ts';
import { findPast } from './reverted.ts';
import type { Session } from './session.ts';

/**
 * The pull request by which the base came to what it has, where nothing says any more what that was: the newest one that was merged,
 * provided that nobody has changed its files since.
 * @param from the newest commit of the base.
 */
export async function broughtBy(session: Session, pulls: readonly Pull[], from: string): Promise<Pull | undefined> {
  const { github, repository, base } = session;
  const newest = pulls.find((pull) => pull.merged && pull.base === base);
  if (newest?.mergeCommit === undefined) return undefined;
  const { before, after } = await findPast(github, repository, { kind: 'pull', number: newest.number });
  const { paths } = await compareCommits(github, repository, before, after);
  const then = await snapshotOf(github, repository, after).read(paths);
  const now = await snapshotOf(github, repository, from).read(paths);
  return paths.every((path) => then.get(path)?.oid === now.get(path)?.oid) ? newest : undefined;
}
