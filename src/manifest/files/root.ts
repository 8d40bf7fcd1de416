import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ActionError } from '../../core/error.ts';
import { describeFsError } from '../../files/fs-error.ts';
import { isInside } from '../../files/inside.ts';

/** The folder to search. */
export interface SearchRoot {
  /** Absolute, with symbolic links resolved. */
  readonly folder: string;
  /** The top level of the repository. File names are relative to it. */
  readonly top: string;
  /** Whether `top` is certain: given, the place of a `.git`, or the workspace itself. Otherwise the names may not be those in the repository. */
  readonly topIsKnown: boolean;
}

/** What is known about the top level of the repository. */
export interface TopHints {
  /** Absolute. It is the top level, whatever `.git` says. */
  readonly given?: string;
  /** Absolute. A `.git` above the workspace belongs to another repository. */
  readonly workspace?: string;
}

/**
 * @param folder for errors, as it was given
 * @param path absolute
 * @throws ActionError `root-not-found`, `top-not-above`.
 */
export function openSearchRoot(folder: string, path: string, hints: TopHints = {}): SearchRoot {
  const resolved = realFolder(`The folder to search, ${folder},`, path);
  if (hints.given !== undefined) {
    const top = realFolder('The top level of the repository', hints.given);
    if (isInside(resolved, top)) return { folder: resolved, top, topIsKnown: true };
    throw new ActionError({
      code: 'top-not-above',
      message: `The folder to search, ${folder}, isn't inside the top level that was given for its repository, ${hints.given}.`,
      remedy: 'Give the folder of the whole repository.',
    });
  }
  const workspace = hints.workspace === undefined ? undefined : realFolder('The workspace', hints.workspace);
  const limit = workspace !== undefined && isInside(resolved, workspace) ? workspace : undefined;
  const top = gitTop(resolved, limit);
  return { folder: resolved, top: top ?? limit ?? resolved, topIsKnown: top !== undefined || resolved === limit };
}

/**
 * The folder with the nearest `.git`, at or above a folder.
 * @param limit the search ends at this folder.
 */
export function gitTop(folder: string, limit: string | undefined): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  const parent = dirname(folder);
  return parent === folder || folder === limit ? undefined : gitTop(parent, limit);
}

function realFolder(name: string, path: string): string {
  try {
    const resolved = realpathSync(path);
    if (!statSync(resolved).isDirectory()) throw new Error('it is not a folder');
    return resolved;
  } catch (thrown) {
    throw new ActionError({
      code: 'root-not-found',
      message: `${name} can't be opened: ${describeFsError(thrown)}.`,
      remedy: 'Check out the repository before this step, and give the folder relative to the workspace.',
      cause: thrown,
    });
  }
}
