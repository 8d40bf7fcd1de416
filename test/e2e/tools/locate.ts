import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Daemons lie in the system folders, which an ordinary user's PATH leaves out. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The file that runs when `name` is called, or undefined. `at` is one more folder to look in. */
export function locate(name: string, at?: string): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  return [...path, ...systemFolders, ...(at === undefined ? [] : [at])]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
