import { isAbsolute, relative, sep } from 'node:path';

/** Whether a path is a folder or inside it at any depth. Symbolic links aren't resolved. */
export function isInside(path: string, folder: string): boolean {
  const pathFromFolder = relative(folder, path);
  // On another drive, the relative path is absolute.
  return pathFromFolder.split(sep)[0] !== '..' && !isAbsolute(pathFromFolder);
}
