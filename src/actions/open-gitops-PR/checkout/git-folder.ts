import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ActionError } from '../../../core/error.ts';
import { type Index, parseIndex, UnknownIndex } from './git-index.ts';

/** The folder in which git keeps a checkout's own files (gitrepository-layout). No git program is needed to read them. */
export interface GitFolder {
  /** That of the repository, where the checkout is one of several of it. */
  readonly common: string;
  /** Whether the modes on disk mean anything. */
  readonly keepsModes: boolean;
  /** Whether links are links on disk; else each is a file that holds its target. */
  readonly keepsLinks: boolean;
  /** When the index was written, in nanoseconds since the epoch. */
  readonly indexedAt: bigint;
  /** The commit that is checked out. @throws ActionError `checkout-invalid` */
  commit(): string;
  /** @throws ActionError `checkout-invalid` where it is none that can be read. */
  index(): Index;
}

/** @param root the top folder of a checkout. @throws ActionError `checkout-invalid` */
export function gitFolderOf(root: string): GitFolder {
  const folder = findFolder(root);
  // The refs of a worktree lie with the repository that it belongs to.
  const common = resolve(folder, read(join(folder, 'commondir'))?.trim() ?? '.');
  const index = join(folder, 'index');
  const config = read(join(common, 'config')) ?? '';
  return {
    common,
    keepsModes: !/^\s*filemode\s*=\s*false\s*$/im.test(config),
    keepsLinks: !/^\s*symlinks\s*=\s*false\s*$/im.test(config),
    indexedAt: statSync(index, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n,
    commit: () => commitOf(root, folder, common),
    index: () => indexOf(root, index),
  };
}

function commitOf(root: string, folder: string, common: string): string {
  const head = read(join(folder, 'HEAD'))?.trim() ?? '';
  const ref = /^ref: (\S+)$/.exec(head)?.[1];
  const commit = ref === undefined ? head : resolveRef([folder, common], ref);
  if (commit !== undefined && /^[0-9a-f]{40}$/.test(commit)) return commit;
  throw invalid(`${root} has no commit checked out`);
}

function indexOf(root: string, file: string): Index {
  if (!existsSync(file)) throw invalid(`${root} has no files checked out (its .git has no index)`);
  try {
    return parseIndex(readFileSync(file));
  } catch (thrown) {
    if (!(thrown instanceof UnknownIndex)) throw thrown;
    throw invalid(`The index of the checkout in ${root} can't be used: ${thrown.message}`);
  }
}

/** `.git` is a folder, or in worktrees and submodules a file that names one. */
function findFolder(root: string): string {
  const path = join(root, '.git');
  if (!existsSync(path)) throw invalid(`${root} is not the top of a git checkout`);
  if (statSync(path).isDirectory()) return path;
  const target = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
  if (target === undefined) throw invalid(`${path} names no git folder`);
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
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function invalid(what: string): ActionError {
  return new ActionError({
    code: 'checkout-invalid',
    message: `${what}.`,
    remedy: 'Give in `path` the folder into which actions/checkout put the GitOps repository.',
  });
}
