import { ActionError } from '../../action/error.ts';
import type { Comparison } from '../../github/history.ts';
import { type Desired, type Edit, type Snapshot, sameFile, snapshotOf } from './desired.ts';
import type { Session } from './session.ts';
import { mergeTexts } from './three-way.ts';
import { isOwnCommit } from './wording.ts';

type Files = Awaited<ReturnType<Snapshot['read']>>;

/** The wanted contents merged with what others committed to the branch. */
export async function editsOnTop(
  session: Session,
  { comparison, head }: { readonly comparison: Comparison; readonly head: string },
  { edits }: Desired,
): Promise<Edit[]> {
  const { github, repository } = session;
  const paths = edits.map(({ path }) => path);
  const heads = await snapshotOf(github, repository, head).read(paths);
  if (edits.every(({ path, after }) => sameFile(heads.get(path), after))) return [];
  const written = await ownVersions(session, comparison, paths);
  return edits.flatMap(({ path, after }) => {
    const theirs = heads.get(path);
    const own = written.get(path);
    if (sameFile(theirs, after)) return [];
    // Nobody but us has touched it.
    if ((theirs === undefined) === (own === undefined) && theirs?.content.toString() === own)
      return [{ path, before: theirs, after }];
    const merged =
      own !== undefined && theirs && after
        ? mergeTexts(own, after.content.toString(), theirs.content.toString())
        : undefined;
    if (theirs === undefined || merged === undefined) throw entangled(session, path);
    const result = { path, before: theirs, after: { mode: theirs.mode, content: Buffer.from(merged) } };
    return sameFile(theirs, result.after) ? [] : [result];
  });
}

/** The files as our own commits alone would have left them: what each of them changed, made one after the other from the merge base on. */
async function ownVersions(
  { github, repository, identity, branch }: Session,
  { mergeBase, commits }: Comparison,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const versions = texts(await snapshotOf(github, repository, mergeBase).read(paths));
  for (const { oid, parents } of commits.filter(({ message }) => isOwnCommit(message, identity))) {
    const before = texts(await snapshotOf(github, repository, parents[0] ?? mergeBase).read(paths));
    const after = texts(await snapshotOf(github, repository, oid).read(paths));
    for (const path of paths) {
      const [here, from, to] = [versions.get(path), before.get(path), after.get(path)];
      if (from === to) continue;
      const alone = here === from || here === undefined || from === undefined || to === undefined;
      const merged = alone ? to : mergeTexts(from, here, to);
      if (merged === undefined && !alone) throw entangled({ branch }, path);
      versions.set(path, merged);
    }
  }
  return versions;
}

function texts(files: Files): Map<string, string | undefined> {
  return new Map([...files].map(([path, file]) => [path, file?.content.toString()]));
}

function entangled({ branch }: Pick<Session, 'branch'>, path: string): ActionError {
  return new ActionError({
    code: 'foreign-commits',
    message: `Others changed the same lines of ${path} on ${branch}.`,
    remedy: 'Merge or close that pull request first, or set `on-foreign-commits: replace` to drop their commits.',
  });
}
