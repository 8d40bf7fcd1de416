import { ActionError } from '../../../core/error.ts';
import type { GitHub } from '../../../github/api/client.ts';
import { readPullRequest } from '../../../github/pull-requests/pull-requests.ts';
import { listPaths } from '../../../github/repository/files.ts';
import { compareCommits, pullCommits, readCommit } from '../../../github/repository/history.ts';
import type { GitHubRepository } from '../../../github/repository/repository.ts';
import type { RevertTarget } from '../input-types.ts';
import { type ChangeSource, desiredState, type EditedFile, type Snapshot, snapshotOf } from './desired-state.ts';

/** A change that came into the base: the commits right before and after it. */
export interface MergedChange {
  readonly before: string;
  readonly after: string;
  /** What it called itself. */
  readonly title: string;
  /** How people refer to it: `#12`, or the start of a SHA. */
  readonly name: string;
}

/** Finds what is to be taken back. @throws ActionError `revert-impossible` where it never came into the base. */
export async function findMergedChange(
  github: GitHub,
  repository: GitHubRepository,
  target: RevertTarget,
): Promise<MergedChange> {
  if (target.kind === 'commit') {
    const title = (message: string) => message.split('\n')[0] ?? '';
    const commit = await readCommit(github, repository, target.sha);
    const [parent] = commit?.parents ?? [];
    if (commit === undefined || parent === undefined)
      throw impossible(`${repository.fullName} has no commit ${target.sha} with a parent`);
    return { before: parent, after: commit.oid, title: title(commit.message), name: commit.oid.slice(0, 8) };
  }
  const pull = await readPullRequest(github, repository, target.number);
  if (pull.mergeCommit === undefined) throw impossible(`Pull request #${pull.number} is not merged`);
  const before = await commitBefore(github, repository, target.number, pull.mergeCommit);
  return { before, after: pull.mergeCommit, title: pull.title, name: `#${pull.number}` };
}

/** The commit on which a merge was built: one step back, or as many as were rebased. */
async function commitBefore(
  github: GitHub,
  repository: GitHubRepository,
  number: number,
  merge: string,
): Promise<string> {
  const commits = await pullCommits(github, repository, number);
  const merged = await readCommit(github, repository, merge);
  const last = commits.at(-1);
  // A rebase copies each commit with its message and author's date; a squash or merge writes a commit of its own.
  const rebased =
    merged?.parents.length === 1 && merged.message === last?.message && merged.authoredAt === last?.authoredAt;
  let here = merged;
  for (let steps = rebased ? commits.length : 1; steps > 1 && here; steps--)
    here = await readCommit(github, repository, here.parents[0] ?? '');
  const before = here?.parents[0];
  if (before === undefined) throw impossible(`Nothing stands before pull request #${number}`);
  return before;
}

/** The files as they were before a change, provided that nobody touched them since. */
export function revertChange(
  github: GitHub,
  repository: GitHubRepository,
  past: MergedChange,
  base: string,
): ChangeSource {
  let touched: readonly string[] | undefined;
  return async (snapshot) => {
    touched ??= await touchedBy(github, repository, past);
    const states = [
      await snapshot.read(touched),
      await snapshotOf(github, repository, past.before).read(touched),
      await snapshotOf(github, repository, past.after).read(touched),
    ] as const;
    return desiredState(touched.map((path) => restored(path, states, past, base)));
  };
}

type Files = Awaited<ReturnType<Snapshot['read']>>;

function restored(
  path: string,
  [now, before, after]: readonly [Files, Files, Files],
  past: MergedChange,
  base: string,
): EditedFile {
  const current = now.get(path);
  const former = before.get(path);
  const same = (a: typeof current, b: typeof current) => a?.oid === b?.oid && a?.mode === b?.mode;
  if (!same(current, after.get(path)) && !same(current, former))
    throw new ActionError({
      code: 'revert-conflict',
      message: `${path} was changed on ${base} after ${past.name}, so taking ${past.name} back would lose that.`,
      remedy: `Take the later change back first, or bump ${path} to the version that you want.`,
    });
  return { path, before: current, after: former };
}

async function touchedBy(github: GitHub, repository: GitHubRepository, { before, after, name }: MergedChange) {
  const { paths } = await compareCommits(github, repository, before, after);
  const touched = [...new Set(paths)].sort();
  // Read as a file, a submodule is none: taken back and left as it is would look the same.
  for (const commit of [before, after])
    for (const [path, file] of await listPaths(github, repository, commit, touched))
      if (file?.mode === '160000') throw submodule(path, name);
  return touched;
}

function submodule(path: string, name: string): ActionError {
  return new ActionError({
    code: 'submodule-not-supported',
    message: `${name} changed the submodule ${path}, which can't be taken back here.`,
    remedy: 'Take it back with `git revert`, and push that.',
  });
}

function impossible(what: string): ActionError {
  return new ActionError({
    code: 'revert-impossible',
    message: `${what}.`,
    remedy: 'Give in `revert` the number of a merged pull request or the whole SHA of a commit of the base.',
  });
}
