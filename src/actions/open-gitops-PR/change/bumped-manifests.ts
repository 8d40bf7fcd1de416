import { ActionError } from '../../../core/error.ts';
import { applyChanges } from '../../../manifest/changes/apply-changes.ts';
import type { FileChange } from '../../../manifest/changes/file-change.ts';
import { type ChangeSource, desiredOf, type Edit, type Snapshot } from './desired.ts';

/** The changes of bump-manifest-tag, made again in the files as they stand on the base now. */
export function bumpedManifests(changes: readonly FileChange[], base: string): ChangeSource {
  const byFile = Map.groupBy(changes, ({ file }) => file);
  return async (snapshot) => {
    const files = await snapshot.read([...byFile.keys()]);
    const edits: Edit[] = [];
    for (const [path, own] of byFile) edits.push(await bumped(path, own, files, base));
    return desiredOf(edits);
  };
}

async function bumped(
  path: string,
  changes: readonly FileChange[],
  files: Awaited<ReturnType<Snapshot['read']>>,
  base: string,
): Promise<Edit> {
  const before = files.get(path);
  if (before === undefined) throw conflict(`${path} is not on ${base}`, base);
  if (before.mode === '120000') throw conflict(`${path} is a symbolic link on ${base}`, base);
  const source = before.content.toString('utf8');
  if (!Buffer.from(source).equals(before.content)) throw conflict(`${path} is not UTF-8 text on ${base}`, base);
  const applied = await applyChanges(source, changes);
  if (applied.kind === 'conflict') throw conflict(applied.reason.replace(/\.$/, ''), base);
  const content = applied.kind === 'applied' ? Buffer.from(applied.text) : before.content;
  return { path, before, after: { mode: before.mode, content } };
}

function conflict(what: string, base: string): ActionError {
  return new ActionError({
    code: 'change-conflict',
    message: `The change can't be made on ${base} as it stands now: ${what}.`,
    remedy: `Run bump-manifest-tag again on the newest commit of ${base}, and look at who changed the file since.`,
  });
}
