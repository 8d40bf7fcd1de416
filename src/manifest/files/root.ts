import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ActionError } from '../../core/error.ts';
import { describeFsError } from '../../files/fs-error.ts';

/** The folder to search. */
export interface SearchRoot {
  /** Absolute, with symbolic links resolved. */
  readonly folder: string;
  /** The Git top level above the folder, or the folder itself outside of Git. File names are relative to it. */
  readonly top: string;
}

/**
 * @param folder for errors, as it was given
 * @param path absolute
 * @throws ActionError `root-not-found`.
 */
export function openSearchRoot(folder: string, path: string): SearchRoot {
  let resolved: string;
  try {
    resolved = realpathSync(path);
    if (!statSync(resolved).isDirectory()) throw new Error('it is not a folder');
  } catch (thrown) {
    throw new ActionError({
      code: 'root-not-found',
      message: `The folder to search, ${folder}, can't be opened: ${describeFsError(thrown)}.`,
      remedy: 'Check out the repository before this step, and give the folder relative to the workspace.',
      cause: thrown,
    });
  }
  return { folder: resolved, top: gitTop(resolved) ?? resolved };
}

function gitTop(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : gitTop(parent);
}
