import { ActionError } from '../../../core/error.ts';
import { type DesiredState, type EditedFile, snapshotOf } from '../change/desired-state.ts';
import { type FileVersion, isSameVersion, mergeFiles } from '../change/three-way-merge.ts';
import type { GitOpsSession } from '../session.ts';
import type { BranchState } from './branch-state.ts';

/** The wanted contents merged with what others committed to the branch. */
export async function appendEdits(
  session: GitOpsSession,
  state: BranchState & { readonly kind: 'foreign' },
  { edits }: DesiredState,
): Promise<EditedFile[]> {
  const { github, repository } = session;
  const paths = edits.map(({ path }) => path);
  const heads = await snapshotOf(github, repository, state.head).read(paths);
  if (edits.every(({ path, after }) => isSameVersion(heads.get(path), after))) return [];
  const written = await ownVersions(session, state, paths);
  return edits.flatMap(({ path, after }) => {
    const theirs = heads.get(path);
    const merged = mergeFiles(written.get(path), after, theirs);
    if (merged.kind === 'conflict') throw entangled(session, path);
    return isSameVersion(theirs, merged.file) ? [] : [{ path, before: theirs, after: merged.file }];
  });
}

/** The files as our own commits alone would have left them: what each of them changed, made one after the other from the merge base on. */
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
      const [here, from, to] = [versions.get(path), before.get(path), after.get(path)];
      if (isSameVersion(from, to)) continue;
      const merged = mergeFiles(from, to, here);
      if (merged.kind === 'conflict' && here && from && to) throw entangled({ branch }, path);
      // A file that others made or removed in between has no part that is ours alone.
      versions.set(path, merged.kind === 'merged' ? merged.file : to);
    }
  }
  return versions;
}

function entangled({ branch }: Pick<GitOpsSession, 'branch'>, path: string): ActionError {
  return new ActionError({
    code: 'foreign-commits',
    message: `Others changed the same lines of ${path} on ${branch}.`,
    remedy: 'Merge or close that pull request first, or set `on-foreign-commits: replace` to drop their commits.',
  });
}
