import { type BigIntStats, existsSync, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import { trimEndOf } from '../../../core/trim-end.ts';
import { globs } from '../../../files/glob.ts';
import { readRegularFile } from '../../../files/regular-file.ts';
import { walk } from '../../../files/walk.ts';
import { blobOid, type FileMode, type ListedFile } from '../../../github/repository/files.ts';
import type { DesiredFile } from '../change/desired-state.ts';
import { requireForeignUnchanged } from './foreign-files.ts';
import { type GitFolder, openGitFolder } from './git-folder.ts';
import { type Index, type IndexEntry, SECOND } from './git-index.ts';
import { IgnoredFiles } from './ignored-files.ts';

export interface WorkingTreeChange {
  readonly path: string;
  readonly after: DesiredFile['after'];
}

/** In bytes. GitHub takes no larger file. */
const MAX_FILE = 100 * 1024 ** 2;

type Committed = ReadonlyMap<string, ListedFile>;

/**
 * Finds the files that `git add --all` would stage: those changed, added and removed in a checkout since its commit. Untracked files that
 * are ignored don't count, nor do other repositories inside the checkout. Files that git excluded from the checkout (sparse checkout)
 * or assumes to be unchanged don't count as removed. Submodules stay as they are.
 * @param patterns globs; each must match a file.
 * @throws ActionError `input-invalid`, `checkout-invalid`, `link-not-supported`
 */
export function changesIn(root: string, committed: Committed, patterns: readonly string[]): WorkingTreeChange[] {
  const folder = openGitFolder(root);
  const index = folder.index();
  const isWanted = globs(patterns);
  const { files, links, foreign } = walk(root, () => true, mayHoldNewFiles(root, committed, folder));
  const ignored = new IgnoredFiles(root, folder);
  const onDisk = foreign.filter(({ decoded }) => !ignored.has(decoded) && !ignored.hasFolder(decoded));
  const kept = requireForeignUnchanged({ root, index, committed, onDisk, isWanted });
  const known = [...new Set([...committed.keys(), ...index.files.keys()])].filter((path) => !kept.has(path));
  const untracked = [...files, ...links].filter(
    (path) => !committed.has(path) && !index.files.has(path) && !ignored.has(path),
  );
  requireMatches(patterns, [...known, ...untracked]);
  const added = untracked.filter(isWanted);
  requireIgnoreFiles(root, index, known, added);
  const tracked = known.filter(isWanted).flatMap((path) => changeOf(path, { root, committed, index, folder }));
  return [...tracked, ...added.map((path) => ({ path, after: fileAt(join(root, path), folder, undefined) }))];
}

/** Whether a folder may hold new files: it is neither another repository nor ignored. */
function mayHoldNewFiles(root: string, committed: Committed, folder: GitFolder): (path: string) => boolean {
  const ignored = new IgnoredFiles(root, folder);
  return (path) =>
    committed.get(path)?.mode !== '160000' && !existsSync(join(root, path, '.git')) && !ignored.hasFolder(path);
}

function requireMatches(patterns: readonly string[], paths: readonly string[]): void {
  const unmatched = patterns.filter((pattern) => !pattern.startsWith('!') && !paths.some(globs([pattern])));
  const [first] = unmatched;
  if (first === undefined) return;
  const inFolder = `${trimEndOf(first, '/')}/**`;
  throw new ActionError({
    code: 'input-invalid',
    message: `Input \`add-paths\` has ${unmatched.map((pattern) => `"${pattern}"`).join(', ')}, which matches no file of the checkout.`,
    remedy: paths.some(globs([inFolder]))
      ? `It is a folder: did you mean "${inFolder}"?`
      : "Globs are relative to `path`. Files that .gitignore ignores don't count.",
  });
}

/** Whether git excluded a path from the checkout. */
function isExcluded({ files, excludedFolders }: Index, path: string): boolean {
  return files.get(path)?.excluded === true || excludedFolders.some((folder) => path.startsWith(folder));
}

/** Without an ignore file that is excluded from the checkout, a file that must stay secret could be committed. */
function requireIgnoreFiles(root: string, index: Index, known: readonly string[], added: readonly string[]): void {
  for (const file of known.filter((path) => /(^|\/)\.gitignore$/.test(path))) {
    const below = added.find((path) => path.startsWith(file.slice(0, -'.gitignore'.length)));
    if (below !== undefined && isExcluded(index, file) && !existsSync(join(root, file)))
      throw new ActionError({
        code: 'checkout-invalid',
        message: `${file} is not checked out, so it is unknown whether the new file ${below} is ignored.`,
        remedy: 'Check it out too (`sparse-checkout` of actions/checkout).',
      });
  }
}

interface Checkout {
  readonly root: string;
  readonly committed: Committed;
  readonly index: Index;
  readonly folder: GitFolder;
}

/** The change of a file that is committed or staged; empty if there is none. */
function changeOf(path: string, { root, committed, index, folder }: Checkout): WorkingTreeChange[] {
  const before = committed.get(path);
  const entry = index.files.get(path);
  const mode = before?.mode ?? entry?.mode;
  if (mode !== '100644' && mode !== '100755' && mode !== '120000') return [];
  const found = entryAt(root, path);
  if (found === 'behind-link' || (found?.isSymbolicLink() && mode !== '120000')) throw linkNotSupported(path);
  if (found === undefined) {
    return before === undefined || isExcluded(index, path) ? [] : [{ path, after: undefined }];
  }
  if (found.isFile() && before && entry && isUntouched(found, before, entry, folder)) return [];
  const after = fileAt(join(root, path), folder, before);
  return before?.oid === blobOid(after.content) && before.mode === after.mode ? [] : [{ path, after }];
}

/** The file or link at a path; `undefined` if there is none or a folder. Links in the folders above are not followed. */
function entryAt(root: string, path: string): BigIntStats | 'behind-link' | undefined {
  const parts = path.split('/');
  for (const [i] of parts.entries()) {
    const stats = lstatSync(join(root, ...parts.slice(0, i + 1)), { bigint: true, throwIfNoEntry: false });
    const last = i === parts.length - 1;
    if (stats === undefined || (last && stats.isDirectory())) return undefined;
    if (last && (stats.isFile() || stats.isSymbolicLink())) return stats;
    if (last || stats.isSymbolicLink()) return 'behind-link';
    if (!stats.isDirectory()) return undefined;
  }
  return undefined;
}

/**
 * Whether the index shows that a file is unchanged, without reading it. This matters if the checkout converts contents (line ends, large
 * files): such a file on disk never equals the committed one.
 */
function isUntouched(found: BigIntStats, before: ListedFile, entry: IndexEntry, folder: GitFolder): boolean {
  const isSame =
    entry.oid === before.oid && entry.mode === before.mode && BigInt(entry.size) === found.size % 2n ** 32n;
  return isSame && isOlderThanIndex(found, entry, folder) && (!folder.keepsModes || modeOf(found) === before.mode);
}

/** A file written at the same moment as the index may have changed again at that moment. */
function isOlderThanIndex(found: BigIntStats, { modifiedAt }: IndexEntry, { indexedAt }: GitFolder): boolean {
  // Some git versions record whole seconds only.
  const unit = modifiedAt % SECOND === 0n ? SECOND : 1n;
  return modifiedAt / unit === found.mtimeNs / unit && modifiedAt / unit < indexedAt / unit;
}

function fileAt(file: string, folder: GitFolder, before: ListedFile | undefined): NonNullable<DesiredFile['after']> {
  const stats = lstatSync(file, { bigint: true });
  // Links are not followed.
  if (stats.isSymbolicLink()) return { mode: '120000', content: readlinkSync(file, 'buffer') };
  const content = readRegularFile(file, { limit: MAX_FILE, links: 'refuse' });
  if (before?.mode === '120000' && !folder.keepsLinks) return { mode: '120000', content };
  const kept = before?.mode === '100755' ? '100755' : '100644';
  return { mode: folder.keepsModes ? modeOf(stats) : kept, content };
}

function modeOf(stats: BigIntStats): FileMode {
  return (stats.mode & 0o100n) === 0n ? '100644' : '100755';
}

function linkNotSupported(path: string): ActionError {
  return new ActionError({
    code: 'link-not-supported',
    message: `${path} was a file. In the checkout it is a symbolic link, or one of its folders is.`,
    remedy: `Replace the link by a file, or exclude it: add "!${path}" to \`add-paths\`.`,
  });
}
