import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { ActionError, messageOf } from '../core/error.ts';
import { isInside } from './inside.ts';

export interface FileListing {
  /** Regular files, relative to the root with `/`, in the order of their names. */
  readonly files: readonly string[];
  /** Symbolic links, wherever they lead. */
  readonly links: readonly string[];
  /** Symbolic links that were not followed because they lead out of the root, or nowhere. */
  readonly strayLinks: readonly string[];
}

const NEVER = new Set(['.git', 'node_modules']);

/**
 * Lists the files under a folder. Symbolic links are not followed: what they point to is listed at its own place when it is under
 * the root, and must not be touched when it is not.
 * @param root a real path.
 * @param enter whether to look into a folder.
 * @throws ActionError `folder-not-readable`.
 */
export function walk(
  root: string,
  wanted: (path: string) => boolean,
  enter: (path: string) => boolean = () => true,
): FileListing {
  const files: string[] = [];
  const links: string[] = [];
  const strayLinks: string[] = [];
  const visit = (folder: string, prefix: string) => {
    for (const entry of entriesOf(folder)) {
      const path = prefix + entry.name;
      if (entry.isDirectory()) {
        if (!NEVER.has(entry.name) && enter(path)) visit(`${folder}/${entry.name}`, `${path}/`);
      } else if (entry.isFile()) {
        if (wanted(path)) files.push(path);
      } else if (entry.isSymbolicLink()) {
        if (wanted(path)) links.push(path);
        if (leadsOut(`${folder}/${entry.name}`, root, () => wanted(path))) strayLinks.push(path);
      }
    }
  };
  visit(root, '');
  return { files, links, strayLinks };
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (thrown) {
    throw new ActionError({
      code: 'folder-not-readable',
      message: `A folder can't be listed: ${messageOf(thrown)}.`,
      remedy: 'Give the user that runs the job the right to read it, or search another folder.',
      cause: thrown,
    });
  }
}

function leadsOut(link: string, root: string, wanted: () => boolean): boolean {
  try {
    const target = realpathSync(link);
    return !isInside(target, root) && (wanted() || statSync(target).isDirectory());
  } catch {
    return wanted();
  }
}
