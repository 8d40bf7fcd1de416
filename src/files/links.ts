import { realpath } from 'node:fs/promises';
import { isInside } from './inside.ts';

/**
 * Whether a path inside a folder leads out of it through a symbolic link, which may come from a malicious commit. A path outside the
 * folder is allowed, because the user wrote it on purpose.
 */
export async function leadsOutByLink(path: string, folder: string): Promise<boolean> {
  if (!isInside(path, folder)) return false;
  try {
    return !isInside(await realpath(path), await realpath(folder));
  } catch {
    return false;
  }
}
