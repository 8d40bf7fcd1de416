import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { ActionError, messageOf } from '../core/error.ts';
import { type ForeignName, foreignNamesIn } from './foreign-names.ts';
import { isInside } from './inside.ts';
import { isStagedName } from './staging.ts';

export interface FileListing {
  /** Regular files, as sorted paths relative to the root, with `/`. */
  readonly files: readonly string[];
  /** All symbolic links. */
  readonly links: readonly string[];
  /** Symbolic links that lead out of the root, or are broken. */
  readonly strayLinks: readonly string[];
  /** Files and folders whose names are not UTF-8. They can't be opened by their text, and what is in the folders isn't listed. */
  readonly foreign: readonly ForeignName[];
}

const SKIPPED = new Set(['.git', 'node_modules']);

/**
 * Lists the files in a folder and its subfolders. Symbolic links aren't followed: their targets are listed at their own paths if they are
 * inside the root, and must not be touched otherwise.
 * @param root without symbolic links.
 * @param enter whether to search a folder.
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
  const foreign: ForeignName[] = [];
  const visit = (folder: string, prefix: string) => {
    const entries = entriesOf(folder);
    const names = foreignNamesIn(
      folder,
      entries.map(({ name }) => name),
    );
    const isFolder = (name: ForeignName) => entries.some((one) => one.name === name.decoded && one.isDirectory());
    for (const name of names) {
      const found = below(prefix, name);
      if ((isFolder(name) ? enter : wanted)(found.decoded)) foreign.push(found);
    }
    for (const entry of entries) {
      const path = prefix + entry.name;
      if (names.some(({ decoded }) => decoded === entry.name)) {
        // Listed above.
      } else if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name) && enter(path)) visit(`${folder}/${entry.name}`, `${path}/`);
      } else if (isStagedName(entry.name)) {
        // Another run writes it, or a killed one left it.
      } else if (entry.isFile()) {
        if (wanted(path)) files.push(path);
      } else if (entry.isSymbolicLink()) {
        if (wanted(path)) links.push(path);
        if (leadsOut(`${folder}/${entry.name}`, root, () => wanted(path))) strayLinks.push(path);
      }
    }
  };
  visit(root, '');
  return { files, links, strayLinks, foreign };
}

function below(prefix: string, { decoded, escaped }: ForeignName): ForeignName {
  return { decoded: prefix + decoded, escaped: prefix + escaped };
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (thrown) {
    throw new ActionError({
      code: 'folder-not-readable',
      message: `Can't list a folder: ${messageOf(thrown)}.`,
      remedy: "Allow the job's user to read it, or search another folder.",
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
