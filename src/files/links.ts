import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isInside } from './inside.ts';

/**
 * Whether a path enters a folder and leaves it again through a symbolic link, which may come from a malicious commit. A path that never
 * enters the folder is allowed, because the user wrote it on purpose; so is one that leads back. `false` for a path that doesn't exist.
 */
export function leadsOutByLink(path: string, folder: string): boolean {
  const real = realPathOf(path);
  const root = realPathOf(folder);
  if (real === undefined || root === undefined || isInside(real, root)) return false;
  return foldersAbove(resolve(path)).some((parent) => isInside(realPathOf(parent) ?? '/', root));
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...foldersAbove(parent)];
}
