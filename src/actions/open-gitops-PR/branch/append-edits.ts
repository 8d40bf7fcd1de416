import { ActionError } from '../../../core/error.ts';
import { type DesiredFile, type DesiredState, snapshotOf } from '../change/desired-state.ts';
import { type FileVersion, isSameVersion, mergeFiles } from '../change/three-way-merge.ts';
import type { GitOpsSession } from '../session/session.ts';
import type { BranchState } from './branch-state.ts';

/** The edits for a commit on top of others' commits: the desired contents, merged with what the others changed. */
export async function appendEdits(
  session: GitOpsSession,
  state: BranchState & { readonly kind: 'foreign' },
  { edits }: DesiredState,
): Promise<DesiredFile[]> {
  const { github, repository } = session;
  const paths = edits.map(({ path }) => path);
  const atHead = await snapshotOf(github, repository, state.head).read(paths);
  if (edits.every(({ path, after }) => isSameVersion(atHead.get(path), after))) return [];
  const ours = await ownVersions(session, state, paths);
  return edits.flatMap(({ path, after }) => {
    const current = atHead.get(path);
    const merged = mergeFiles(ours.get(path), after, current);
    if (merged.kind === 'conflict') throw sameLinesChanged(session, path);
    return isSameVersion(current, merged.file) ? [] : [{ path, before: current, after: merged.file }];
  });
}

/** The files as our own commits alone would have left them: the changes of these commits, applied in order to the merge base. */
async function ownVersions(
  { github, repository, branch }: GitOpsSession,
  { comparison, foreign }: BranchState & { readonly kind: 'foreign' },
  paths: readonly string[],
): Promise<ReadonlyMap<string, FileVersion>> {
  const { mergeBase, commits } = comparison;
  const versions = new Map<string, FileVersion>(await snapshotOf(github, repository, mergeBase).read(paths));
  for (const { oid, parents } of commits.filter((commit) => !foreign.includes(commit))) {
    const before = await snapshotOf(github, repository, parents[0] ?? mergeBase).read(paths);
    const after = await snapshotOf(github, repository, oid).read(paths);
    for (const path of paths) {
      const [current, from, to] = [versions.get(path), before.get(path), after.get(path)];
      if (isSameVersion(from, to)) continue;
      const merged = mergeFiles(from, to, current);
      if (merged.kind === 'conflict' && current && from && to) throw sameLinesChanged({ branch }, path);
      // If others added or removed the file in between, no part of it is ours alone.
      versions.set(path, merged.kind === 'merged' ? merged.file : to);
    }
  }
  return versions;
}

function sameLinesChanged({ branch }: Pick<GitOpsSession, 'branch'>, path: string): ActionError {
  return new ActionError({
    code: 'foreign-commits',
    message: `Others changed the same lines of ${path} on ${branch}.`,
    remedy: 'Merge or close that pull request first, or set `on-foreign-commits: replace` to drop their commits.',
  });
}
