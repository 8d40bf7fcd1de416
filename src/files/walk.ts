import { readdirSync, realpathSync, statSync } from 'node:fs';
import { sep } from 'node:path';

export interface Walked {
  /** Regular files, relative to the root with `/`, in the order of their names. */
  readonly files: readonly string[];
  /** Symbolic links that were not followed because they lead out of the root, or nowhere. */
  readonly strayLinks: readonly string[];
}

const NEVER = new Set(['.git', 'node_modules']);

/**
 * Lists the files under a folder. Symbolic links are not followed: what they point to is listed at its own place when it is under
 * the root, and must not be touched when it is not.
 * @param root a real path.
 */
export function walk(root: string, wanted: (path: string) => boolean): Walked {
  const files: string[] = [];
  const strayLinks: string[] = [];
  const visit = (folder: string, prefix: string) => {
    const found = readdirSync(folder, { withFileTypes: true });
    for (const entry of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = prefix + entry.name;
      if (entry.isDirectory()) {
        if (!NEVER.has(entry.name)) visit(`${folder}/${entry.name}`, `${path}/`);
      } else if (entry.isFile()) {
        if (wanted(path)) files.push(path);
      } else if (entry.isSymbolicLink() && leadsOut(`${folder}/${entry.name}`, root, () => wanted(path))) {
        strayLinks.push(path);
      }
    }
  };
  visit(root, '');
  return { files, strayLinks };
}

function leadsOut(link: string, root: string, wanted: () => boolean): boolean {
  try {
    const target = realpathSync(link);
    const inside = target === root || target.startsWith(root.endsWith(sep) ? root : root + sep);
    return !inside && (wanted() || statSync(target).isDirectory());
  } catch {
    return wanted();
  }
}
