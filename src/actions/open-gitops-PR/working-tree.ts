import { existsSync, lstatSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { ActionError } from '../../action/error.ts';
import { globs } from '../../files/glob.ts';
import { walk } from '../../files/walk.ts';
import { blobOid, type FileMode, type ListedFile } from '../../github/files.ts';
import { type GitFolder, gitFolderOf } from './checkout.ts';
import type { Edit } from './desired.ts';
import type { Index, IndexEntry } from './git-index.ts';
import { Ignored } from './ignored.ts';

export interface Change {
  readonly path: string;
  readonly after: Edit['after'];
}

type Committed = ReadonlyMap<string, ListedFile>;

/**
 * What was changed, made and removed in a checkout since its commit, as `git add --all` would take it: ignored files that git does not
 * know don't count, nor do repositories in folders below. What git has left out of the checkout, or was told not to look at, has not
 * been removed; links and submodules stay as they are.
 * @param patterns globs; each must match a file.
 * @throws ActionError `input-invalid`, `checkout-invalid`, `link-not-supported`
 */
export function changesIn(root: string, committed: Committed, patterns: readonly string[]): Change[] {
  const folder = gitFolderOf(root);
  const index = folder.index();
  const wanted = globs(patterns);
  const known = [...new Set([...committed.keys(), ...index.files.keys()])];
  const found = walk(root, () => true, untracked(root, committed, folder)).files;
  const ignored = new Ignored(root, folder);
  const made = found.filter((path) => !committed.has(path) && !index.files.has(path) && !ignored.has(path));
  demandMatches(patterns, [...known, ...made]);
  const tracked = known.filter(wanted).flatMap((path) => changeOf(path, { root, committed, index, folder }));
  return [
    ...tracked,
    ...made.filter(wanted).map((path) => ({ path, after: fileAt(join(root, path), folder, undefined) })),
  ];
}

/** Folders whose files may be new: no repositories of their own, and nothing that is ignored with all that is in it. */
function untracked(root: string, committed: Committed, folder: GitFolder): (path: string) => boolean {
  const ignored = new Ignored(root, folder);
  return (path) =>
    committed.get(path)?.mode !== '160000' && !existsSync(join(root, path, '.git')) && !ignored.hasFolder(path);
}

function demandMatches(patterns: readonly string[], paths: readonly string[]): void {
  const idle = patterns.filter((pattern) => !pattern.startsWith('!') && !paths.some(globs([pattern])));
  const [first] = idle;
  if (first === undefined) return;
  const inFolder = `${first.replace(/\/+$/, '')}/**`;
  throw new ActionError({
    code: 'input-invalid',
    message: `Input \`add-paths\` names ${idle.map((pattern) => `"${pattern}"`).join(', ')}, which no file of the checkout matches.`,
    remedy: paths.some(globs([inFolder]))
      ? `It is a folder: did you mean "${inFolder}"?`
      : 'Globs are relative to `path`, and what .gitignore leaves out does not count.',
  });
}

interface Place {
  readonly root: string;
  readonly committed: Committed;
  readonly index: Index;
  readonly folder: GitFolder;
}

/** What became of a file that git knows. */
function changeOf(path: string, { root, committed, index, folder }: Place): Change[] {
  const before = committed.get(path);
  const entry = index.files.get(path);
  const mode = before?.mode ?? entry?.mode;
  if (mode !== '100644' && mode !== '100755') return [];
  const found = entryAt(root, path);
  if (found === 'link') throw linkInstead(path);
  if (found === undefined) {
    const leftOut = entry?.leftOut || index.leftOutFolders.some((one) => path.startsWith(one));
    return before === undefined || leftOut ? [] : [{ path, after: undefined }];
  }
  if (before && entry && isUntouched(found, before, entry, folder)) return [];
  const after = fileAt(join(root, path), folder, before);
  return before?.oid === blobOid(after.content) && before.mode === after.mode ? [] : [{ path, after }];
}

/** The file at a path; `undefined` where there is none (or a folder). What a link leads to, on the way too, is elsewhere. */
function entryAt(root: string, path: string): Stats | 'link' | undefined {
  const parts = path.split('/');
  for (const [i] of parts.entries()) {
    const stats = lstatSync(join(root, ...parts.slice(0, i + 1)), { throwIfNoEntry: false });
    const last = i === parts.length - 1;
    if (stats === undefined || (last && stats.isDirectory())) return undefined;
    if (last && stats.isFile()) return stats;
    if (last || stats.isSymbolicLink()) return 'link';
    if (!stats.isDirectory()) return undefined;
  }
  return undefined;
}

/** As git tells without reading it. That is needed where the checkout changes contents: line ends, large files kept elsewhere. */
function isUntouched(found: Stats, before: ListedFile, entry: IndexEntry, folder: GitFolder): boolean {
  const isSame = entry.oid === before.oid && entry.mode === before.mode && entry.size === found.size % 2 ** 32;
  // What was written in the same second as the index may have changed once more since.
  const isOld = entry.modifiedAt < folder.indexedAt && entry.modifiedAt === Math.floor(found.mtimeMs / 1000);
  return isSame && isOld && (!folder.keepsModes || modeOf(found) === before.mode);
}

function fileAt(file: string, folder: GitFolder, before: ListedFile | undefined): NonNullable<Edit['after']> {
  const kept = before?.mode === '100755' ? '100755' : '100644';
  return { mode: folder.keepsModes ? modeOf(lstatSync(file)) : kept, content: readFileSync(file) };
}

function modeOf(stats: Stats): FileMode {
  return (stats.mode & 0o100) === 0 ? '100644' : '100755';
}

function linkInstead(path: string): ActionError {
  return new ActionError({
    code: 'link-not-supported',
    message: `${path} was a file, and is a symbolic link or lies behind one in the checkout.`,
    remedy: `Put a file there, or leave it out: add "!${path}" to \`add-paths\`.`,
  });
}
