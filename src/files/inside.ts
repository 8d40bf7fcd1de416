import { isAbsolute, relative, sep } from 'node:path';

/** Whether a path is a folder, or lies in it at any depth; links are not looked at. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  // On another drive there is no way.
  return way.split(sep)[0] !== '..' && !isAbsolute(way);
}
