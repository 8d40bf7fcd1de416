import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ActionError } from '../../action/error.ts';

/**
 * The commit that is checked out in a folder, read from git's own files (gitrepository-layout), as no git program may be there.
 * @throws ActionError `checkout-invalid`
 */
export function checkedOutCommit(root: string): string {
  const folder = gitFolder(root);
  const head = read(join(folder, 'HEAD'))?.trim() ?? '';
  const ref = /^ref: (\S+)$/.exec(head)?.[1];
  const commit = ref === undefined ? head : resolveRef(folder, ref);
  if (commit !== undefined && /^[0-9a-f]{40}$/.test(commit)) return commit;
  throw invalid(`${root} has no commit checked out`);
}

/** `.git` is a folder, or in worktrees and submodules a file that names one. */
function gitFolder(root: string): string {
  const path = join(root, '.git');
  if (!existsSync(path)) throw invalid(`${root} is not the top of a git checkout`);
  if (statSync(path).isDirectory()) return path;
  const target = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
  if (target === undefined) throw invalid(`${path} names no git folder`);
  return resolve(root, target);
}

function resolveRef(folder: string, ref: string): string | undefined {
  // The refs of a worktree lie with the repository that it belongs to.
  const common = read(join(folder, 'commondir'))?.trim();
  const folders = common === undefined ? [folder] : [folder, resolve(folder, common)];
  for (const candidate of folders) {
    const loose = read(join(candidate, ref))?.trim();
    if (loose !== undefined) return loose;
    const packed = read(join(candidate, 'packed-refs')) ?? '';
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
