import { type BigIntStats, existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import { globs } from '../../../files/glob.ts';
import { walk } from '../../../files/walk.ts';
import { blobOid, type FileMode, type ListedFile } from '../../../github/repository/files.ts';
import type { EditedFile } from '../change/desired-state.ts';
import { type GitFolder, gitFolderOf } from './git-folder.ts';
import { type Index, type IndexEntry, SECOND } from './git-index.ts';
import { IgnoredFiles } from './ignored-files.ts';

export interface WorkingTreeChange {
  readonly path: string;
  readonly after: EditedFile['after'];
}

type Committed = ReadonlyMap<string, ListedFile>;

/**
 * What was changed, made and removed in a checkout since its commit, as `git add --all` would take it: ignored files that git does not
 * know don't count, nor do repositories in folders below. What git has left out of the checkout, or was told not to look at, has not
 * been removed; submodules stay as they are.
 * @param patterns globs; each must match a file.
 * @throws ActionError `input-invalid`, `checkout-invalid`, `link-not-supported`
 */
export function changesIn(root: string, committed: Committed, patterns: readonly string[]): WorkingTreeChange[] {
  const folder = gitFolderOf(root);
  const index = folder.index();
  const wanted = globs(patterns);
  const known = [...new Set([...committed.keys(), ...index.files.keys()])];
  const { files, links } = walk(root, () => true, untracked(root, committed, folder));
  const ignored = new IgnoredFiles(root, folder);
  const made = [...files, ...links].filter(
    (path) => !committed.has(path) && !index.files.has(path) && !ignored.has(path),
  );
  requireMatches(patterns, [...known, ...made]);
  const added = made.filter(wanted);
  requireIgnoreFiles(root, index, known, added);
  const tracked = known.filter(wanted).flatMap((path) => changeOf(path, { root, committed, index, folder }));
  return [...tracked, ...added.map((path) => ({ path, after: fileAt(join(root, path), folder, undefined) }))];
}

/** Folders whose files may be new: no repositories of their own, and nothing that is ignored with all that is in it. */
function untracked(root: string, committed: Committed, folder: GitFolder): (path: string) => boolean {
  const ignored = new IgnoredFiles(root, folder);
  return (path) =>
    committed.get(path)?.mode !== '160000' && !existsSync(join(root, path, '.git')) && !ignored.hasFolder(path);
}

function requireMatches(patterns: readonly string[], paths: readonly string[]): void {
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

/** What git has left out of the checkout. */
function isLeftOut({ files, leftOutFolders }: Index, path: string): boolean {
  return files.get(path)?.leftOut === true || leftOutFolders.some((folder) => path.startsWith(folder));
}

/** An ignore file that is left out of the checkout may be what keeps a new file secret. */
function requireIgnoreFiles(root: string, index: Index, known: readonly string[], added: readonly string[]): void {
  for (const file of known.filter((path) => /(^|\/)\.gitignore$/.test(path))) {
    const below = added.find((path) => path.startsWith(file.slice(0, -'.gitignore'.length)));
    if (below !== undefined && isLeftOut(index, file) && !existsSync(join(root, file)))
      throw new ActionError({
        code: 'checkout-invalid',
        message: `${file} is left out of the checkout, so nobody can tell whether the new file ${below} is ignored.`,
        remedy: 'Check it out as well (`sparse-checkout` of actions/checkout).',
      });
  }
}

interface Place {
  readonly root: string;
  readonly committed: Committed;
  readonly index: Index;
  readonly folder: GitFolder;
}

/** What became of a file that git knows. */
function changeOf(path: string, { root, committed, index, folder }: Place): WorkingTreeChange[] {
  const before = committed.get(path);
  const entry = index.files.get(path);
  const mode = before?.mode ?? entry?.mode;
  if (mode !== '100644' && mode !== '100755' && mode !== '120000') return [];
  const found = entryAt(root, path);
  if (found === 'elsewhere' || (found?.isSymbolicLink() && mode !== '120000')) throw linkInstead(path);
  if (found === undefined) {
    return before === undefined || isLeftOut(index, path) ? [] : [{ path, after: undefined }];
  }
  if (found.isFile() && before && entry && isUntouched(found, before, entry, folder)) return [];
  const after = fileAt(join(root, path), folder, before);
  return before?.oid === blobOid(after.content) && before.mode === after.mode ? [] : [{ path, after }];
}

/** The file or link at a path; `undefined` where there is none (or a folder). What a link on the way leads to is elsewhere. */
function entryAt(root: string, path: string): BigIntStats | 'elsewhere' | undefined {
  const parts = path.split('/');
  for (const [i] of parts.entries()) {
    const stats = lstatSync(join(root, ...parts.slice(0, i + 1)), { bigint: true, throwIfNoEntry: false });
    const last = i === parts.length - 1;
    if (stats === undefined || (last && stats.isDirectory())) return undefined;
    if (last && (stats.isFile() || stats.isSymbolicLink())) return stats;
    if (last || stats.isSymbolicLink()) return 'elsewhere';
    if (!stats.isDirectory()) return undefined;
  }
  return undefined;
}

/** As git tells without reading it. That is needed where the checkout changes contents: line ends, large files kept elsewhere. */
function isUntouched(found: BigIntStats, before: ListedFile, entry: IndexEntry, folder: GitFolder): boolean {
  const isSame =
    entry.oid === before.oid && entry.mode === before.mode && BigInt(entry.size) === found.size % 2n ** 32n;
  return isSame && isOlderThanIndex(found, entry, folder) && (!folder.keepsModes || modeOf(found) === before.mode);
}

/** What was written at the time of the index may have changed once more since. */
function isOlderThanIndex(found: BigIntStats, { modifiedAt }: IndexEntry, { indexedAt }: GitFolder): boolean {
  // Not every git notes more than seconds.
  const unit = modifiedAt % SECOND === 0n ? SECOND : 1n;
  return modifiedAt / unit === found.mtimeNs / unit && modifiedAt / unit < indexedAt / unit;
}

function fileAt(file: string, folder: GitFolder, before: ListedFile | undefined): NonNullable<EditedFile['after']> {
  const stats = lstatSync(file, { bigint: true });
  // Never what it leads to.
  if (stats.isSymbolicLink()) return { mode: '120000', content: readlinkSync(file, 'buffer') };
  const content = readFileSync(file);
  if (before?.mode === '120000' && !folder.keepsLinks) return { mode: '120000', content };
  const kept = before?.mode === '100755' ? '100755' : '100644';
  return { mode: folder.keepsModes ? modeOf(stats) : kept, content };
}

function modeOf(stats: BigIntStats): FileMode {
  return (stats.mode & 0o100n) === 0n ? '100644' : '100755';
}

function linkInstead(path: string): ActionError {
  return new ActionError({
    code: 'link-not-supported',
    message: `${path} was a file, and is a symbolic link or lies behind one in the checkout.`,
    remedy: `Put a file there, or leave it out: add "!${path}" to \`add-paths\`.`,
  });
}
