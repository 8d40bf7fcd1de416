import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { Env } from '../core/inputs.ts';

/** Where to search for a program. */
export interface SearchOptions {
  readonly env?: Env | undefined;
  /** The folder that a relative path starts from. */
  readonly cwd?: string | undefined;
}

/** Finds a program on the PATH of an environment, or by its path if the name contains a slash; `undefined` if there is none. */
export async function findProgram(
  name: string,
  { env = process.env, cwd = '' }: SearchOptions,
): Promise<string | undefined> {
  const extensions = process.platform === 'win32' ? (env['PATHEXT'] ?? '.EXE').split(';') : [''];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = name.includes('/')
    ? [resolve(cwd, name)]
    : folders.flatMap((folder) => extensions.map((extension) => join(folder, name + extension)));
  for (const path of paths) if (await isAccessible(path, 'file')) return path;
  return undefined;
}

/** Whether a program can run in a folder: it exists, and the job's user may enter it. */
export function isUsableFolder(path: string): Promise<boolean> {
  return isAccessible(path, 'folder');
}

async function isAccessible(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    const info = await stat(path);
    return kind === 'file' ? info.isFile() : info.isDirectory();
  } catch {
    return false;
  }
}
