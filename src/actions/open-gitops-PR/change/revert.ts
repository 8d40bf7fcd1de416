import { ActionError } from '../../../core/error.ts';
import type { GitHub } from '../../../github/api/client.ts';
import { readPullRequest } from '../../../github/pull-requests/pull-requests.ts';
import { listPaths } from '../../../github/repository/files.ts';
import { compareCommits, pullCommits, readCommit } from '../../../github/repository/history.ts';
import type { GitHubRepository } from '../../../github/repository/repository.ts';
import type { RevertTarget } from '../input-types/revert-target.ts';
import { type ChangeSource, type DesiredFile, desiredState, type Snapshot, snapshotOf } from './desired-state.ts';

/** A change that was merged into the base: the commits right before and after it. */
export interface MergedChange {
  readonly before: string;
  readonly after: string;
  /** The title of its pull request, or the subject line of its commit. */
  readonly title: string;
  /** How people refer to it: `#12`, or the start of a SHA. */
  readonly name: string;
}

/** Finds the change to revert. @throws ActionError `revert-impossible` if it was never merged. */
export async function findMergedChange(
  github: GitHub,
  repository: GitHubRepository,
  target: RevertTarget,
): Promise<MergedChange> {
  if (target.kind === 'commit') {
    const commit = await readCommit(github, repository, target.sha);
    const [parent] = commit?.parents ?? [];
    if (commit === undefined || parent === undefined)
      throw revertImpossible(`${repository.fullName} has no commit ${target.sha} with a parent`);
    const [title = ''] = commit.message.split('\n');
    return { before: parent, after: commit.oid, title, name: commit.oid.slice(0, 8) };
  }
  const pull = await readPullRequest(github, repository, target.number);
  if (pull.mergeCommit === undefined) throw revertImpossible(`Pull request #${pull.number} is not merged`);
  const before = await commitBefore(github, repository, target.number, pull.mergeCommit);
  return { before, after: pull.mergeCommit, title: pull.title, name: `#${pull.number}` };
}

/** The commit that a merge was built on: its parent, or for a rebase the parent of the first rebased commit. */
async function commitBefore(
  github: GitHub,
  repository: GitHubRepository,
  number: number,
  merge: string,
): Promise<string> {
  const commits = await pullCommits(github, repository, number);
  const merged = await readCommit(github, repository, merge);
  const last = commits.at(-1);
  // A rebase keeps the message and the author date of each commit. A squash or merge makes a new commit.
  const rebased =
    merged?.parents.length === 1 && merged.message === last?.message && merged.authoredAt === last?.authoredAt;
  let current = merged;
  for (let steps = rebased ? commits.length : 1; steps > 1 && current; steps--)
    current = await readCommit(github, repository, current.parents[0] ?? '');
  const before = current?.parents[0];
  if (before === undefined) throw revertImpossible(`There is no commit before pull request #${number}`);
  return before;
}

/** Restores the files as they were before a change. Nobody may have changed them since. */
export function revertChange(
  github: GitHub,
  repository: GitHubRepository,
  change: MergedChange,
  base: string,
): ChangeSource {
  let touched: readonly string[] | undefined;
  return async (snapshot) => {
    touched ??= await touchedPaths(github, repository, change);
    const states = [
      await snapshot.read(touched),
      await snapshotOf(github, repository, change.before).read(touched),
      await snapshotOf(github, repository, change.after).read(touched),
    ] as const;
    return desiredState(touched.map((path) => restored(path, states, change, base)));
  };
}

type Files = Awaited<ReturnType<Snapshot['read']>>;

function restored(
  path: string,
  [now, before, after]: readonly [Files, Files, Files],
  change: MergedChange,
  base: string,
): DesiredFile {
  const current = now.get(path);
  const former = before.get(path);
  const same = (a: typeof current, b: typeof current) => a?.oid === b?.oid && a?.mode === b?.mode;
  if (!same(current, after.get(path)) && !same(current, former))
    throw new ActionError({
      code: 'revert-conflict',
      message: `${path} was changed on ${base} after ${change.name}, so reverting ${change.name} would lose that change.`,
      remedy: `Revert the later change first, or bump ${path} to the version that you want.`,
    });
  return { path, before: current, after: former };
}

async function touchedPaths(github: GitHub, repository: GitHubRepository, { before, after, name }: MergedChange) {
  const { paths } = await compareCommits(github, repository, before, after);
  const touched = [...new Set(paths)].sort();
  // Submodules can't be read as files, so a changed submodule would look unchanged.
  for (const commit of [before, after])
    for (const [path, file] of await listPaths(github, repository, commit, touched))
      if (file?.mode === '160000') throw submoduleNotSupported(path, name);
  return touched;
}

function submoduleNotSupported(path: string, name: string): ActionError {
  return new ActionError({
    code: 'submodule-not-supported',
    message: `${name} changed the submodule ${path}, which this action can't revert.`,
    remedy: 'Revert it with `git revert`, and push that.',
  });
}

function revertImpossible(what: string): ActionError {
  return new ActionError({
    code: 'revert-impossible',
    message: `${what}.`,
    remedy: 'Set `revert` to the number of a merged pull request, or to the whole SHA of a commit of the base.',
  });
}
