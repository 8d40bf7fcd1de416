import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Folders of daemons, which an ordinary user's PATH doesn't contain. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Finds the executable file of a program, or returns undefined. Searches the folder `at` if it is given, else PATH. */
export function locate(name: string, at?: string): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const folders = at === undefined ? [...path, ...systemFolders] : [at];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
