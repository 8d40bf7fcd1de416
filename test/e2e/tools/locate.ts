import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Daemons lie in the system folders, which an ordinary user's PATH leaves out. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The file that runs when `name` is called, or undefined. `at` is a folder to look in instead of PATH. */
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
