import { realpath } from 'node:fs/promises';
import { isInside } from './inside.ts';

/**
 * Whether a path under a folder leads out of it through a symbolic link, which a commit may have brought. A path that lies elsewhere
 * anyway was typed by someone who means it, and one that does not exist leads nowhere.
 */
export async function leadsOutByLink(path: string, folder: string): Promise<boolean> {
  if (!isInside(path, folder)) return false;
  try {
    return !isInside(await realpath(path), await realpath(folder));
  } catch {
    return false;
  }
}
