import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { Env } from '../core/inputs.ts';

/** Where a program is looked for. */
export interface SearchOptions {
  readonly env?: Env | undefined;
  /** Where a name with a slash starts. */
  readonly cwd?: string | undefined;
}

/** The path of a program: on the PATH of an environment, or where a name with a slash points to; `undefined` where there is none. */
export async function findProgram(
  name: string,
  { env = process.env, cwd = '' }: SearchOptions,
): Promise<string | undefined> {
  const endings = process.platform === 'win32' ? (env['PATHEXT'] ?? '.EXE').split(';') : [''];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = name.includes('/')
    ? [resolve(cwd, name)]
    : folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  for (const path of paths) if (await mayEnter(path, 'file')) return path;
  return undefined;
}

/** Whether a program can be started in a folder: it exists, and the user of the job may enter it. */
export function isUsableFolder(path: string): Promise<boolean> {
  return mayEnter(path, 'folder');
}

async function mayEnter(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    const info = await stat(path);
    return kind === 'file' ? info.isFile() : info.isDirectory();
  } catch {
    return false;
  }
}
