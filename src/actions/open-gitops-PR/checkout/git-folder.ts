import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import { describeFsError } from '../../../files/fs-error.ts';
import { isInside } from '../../../files/inside.ts';
import { readRegularFile, readTextFile } from '../../../files/regular-file.ts';
import { type Index, parseIndex, UnknownIndex } from './git-index.ts';

/** In bytes: an index of two million files. */
const MAX_INDEX = 512 * 1024 ** 2;

/** The `.git` folder of a checkout (gitrepository-layout). It is read without a git program. */
export interface GitFolder {
  /** The git folder of this checkout: HEAD and index. */
  readonly own: string;
  /** The git folder of the repository; a linked worktree shares it with other worktrees. */
  readonly common: string;
  /** `core.fileMode`: the executable bit on disk counts. */
  readonly keepsModes: boolean;
  /** `core.symlinks`: links are links on disk. Otherwise each is a file that contains its target. */
  readonly keepsLinks: boolean;
  /** When the index was written, in nanoseconds since the epoch. */
  readonly indexedAt: bigint;
  /** The commit that is checked out. @throws ActionError `checkout-invalid` */
  commit(): string;
  /** @throws ActionError `checkout-invalid` if there is no index, or none that can be read. */
  index(): Index;
}

/** @param root the top folder of a checkout. @throws ActionError `checkout-invalid` */
export function openGitFolder(root: string): GitFolder {
  const folder = findFolder(root);
  // A linked worktree keeps its refs in the git folder of its repository.
  const common = resolve(folder, read(join(folder, 'commondir'))?.trim() ?? '.');
  const index = join(folder, 'index');
  const config = read(join(common, 'config')) ?? '';
  return {
    own: folder,
    common,
    keepsModes: !/^[ \t]*filemode[ \t]*=[ \t]*false\s*$/im.test(config),
    keepsLinks: !/^[ \t]*symlinks[ \t]*=[ \t]*false\s*$/im.test(config),
    indexedAt: statSync(index, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n,
    commit: () => commitOf(root, folder, common),
    index: () => indexOf(root, index),
  };
}

/**
 * Requires that the git folder of a checkout in the workspace lies in the workspace, too. A file `.git` can name any folder, and it may
 * come from somewhere else, such as an artifact.
 * @throws ActionError `checkout-invalid`
 */
export function requireGitFolderInside({ own, common }: GitFolder, root: string, workspace: string): void {
  const [checkout, top] = [realpathSync(root), realpathSync(workspace)];
  if (!isInside(checkout, top)) return;
  const outside = [own, common].find((folder) => existsSync(folder) && !isInside(realpathSync(folder), top));
  if (outside !== undefined)
    throw checkoutInvalid(`The git folder of ${root} leads out of the workspace (to ${outside})`);
}

function commitOf(root: string, folder: string, common: string): string {
  const head = read(join(folder, 'HEAD'))?.trim() ?? '';
  const ref = /^ref: (refs\/(?!\S*\.\.)\S+)$/.exec(head)?.[1];
  const commit = ref === undefined ? head : resolveRef([folder, common], ref);
  if (commit !== undefined && /^[0-9a-f]{40}$/.test(commit)) return commit;
  throw checkoutInvalid(`${root} has no commit checked out`);
}

function indexOf(root: string, file: string): Index {
  if (!existsSync(file)) throw checkoutInvalid(`${root} has no files checked out (its .git has no index)`);
  try {
    return parseIndex(readRegularFile(file, { limit: MAX_INDEX }));
  } catch (thrown) {
    const reason = thrown instanceof UnknownIndex ? thrown.message : describeFsError(thrown);
    throw checkoutInvalid(`The index of the checkout in ${root} can't be used: ${reason}`);
  }
}

/** `.git` is a folder; in worktrees and submodules it is a file that names the folder. */
function findFolder(root: string): string {
  const path = join(root, '.git');
  if (!existsSync(path)) throw checkoutInvalid(`${root} is not the top folder of a git checkout`);
  if (statSync(path).isDirectory()) return path;
  const target = /^gitdir: (.+)$/m.exec(read(path) ?? '')?.[1];
  if (target === undefined) throw checkoutInvalid(`${path} names no git folder`);
  return resolve(root, target);
}

function resolveRef(folders: readonly string[], ref: string): string | undefined {
  for (const folder of folders) {
    const loose = read(join(folder, ref))?.trim();
    if (loose !== undefined) return loose;
    const packed = read(join(folder, 'packed-refs')) ?? '';
    const line = packed.split('\n').find((one) => one.endsWith(` ${ref}`));
    if (line !== undefined) return line.split(' ')[0];
  }
  return undefined;
}

function read(file: string): string | undefined {
  try {
    return existsSync(file) ? readTextFile(file) : undefined;
  } catch (thrown) {
    throw checkoutInvalid(`${file} can't be read: ${describeFsError(thrown)}`);
  }
}

function checkoutInvalid(what: string): ActionError {
  return new ActionError({
    code: 'checkout-invalid',
    message: `${what}.`,
    remedy: 'Set `path` to the folder into which actions/checkout put the GitOps repository.',
  });
}
