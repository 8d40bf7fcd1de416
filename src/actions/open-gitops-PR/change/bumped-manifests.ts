import { ActionError } from '../../../core/error.ts';
import { applyChanges } from '../../../manifest/changes/apply-changes.ts';
import type { FileChange } from '../../../manifest/changes/file-change.ts';
import { type ChangeSource, type DesiredFile, desiredState, type Snapshot } from './desired-state.ts';

/** Applies the changes of bump-manifest-tag again, to the files as they are on the base now. */
export function reapplyBumps(changes: readonly FileChange[], base: string): ChangeSource {
  const byFile = Map.groupBy(changes, ({ file }) => file);
  return async (snapshot) => {
    const files = await snapshot.read([...byFile.keys()]);
    const edits: DesiredFile[] = [];
    for (const [path, changesInFile] of byFile) edits.push(await reapply(path, changesInFile, files, base));
    return desiredState(edits);
  };
}

async function reapply(
  path: string,
  changes: readonly FileChange[],
  files: Awaited<ReturnType<Snapshot['read']>>,
  base: string,
): Promise<DesiredFile> {
  const before = files.get(path);
  if (before === undefined) throw changeConflict(`${path} is not on ${base}`, base);
  if (before.mode === '120000') throw changeConflict(`${path} is a symbolic link on ${base}`, base);
  const source = before.content.toString('utf8');
  if (!Buffer.from(source).equals(before.content)) throw changeConflict(`${path} is not UTF-8 text on ${base}`, base);
  const applied = await applyChanges(source, changes);
  if (applied.kind === 'conflict') throw changeConflict(applied.reason.replace(/\.$/, ''), base);
  const content = applied.kind === 'applied' ? Buffer.from(applied.text) : before.content;
  return { path, before, after: { mode: before.mode, content } };
}

function changeConflict(what: string, base: string): ActionError {
  return new ActionError({
    code: 'change-conflict',
    message: `The change can't be made on the current ${base}: ${what}.`,
    remedy: `Run bump-manifest-tag again on the newest commit of ${base}, and check who changed the file since.`,
  });
}
