import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import { describeFsError } from './fs-error.ts';
import { isRunning } from './running.ts';

/**
 * Creates a folder that only this user can read, in RUNNER_TEMP, or else in the system's temporary folder. It stays for later steps.
 * @throws ActionError `temporary-folder-not-writable`.
 */
export function temporaryFolder(env: Env, prefix: string): string {
  return createFolder(env, `${prefix}-`);
}

/**
 * As `temporaryFolder`, for one run, which removes it at its end. A run that is killed can't, and may leave a login in it. So the name
 * has the id of the process, and each run first removes the folders of processes that are gone.
 * @throws ActionError `temporary-folder-not-writable`.
 */
export function workFolder(env: Env, prefix: string): string {
  removeLeftFolders(parentFolder(env), new RegExp(`^${prefix}-(\\d+)_\\w{6}$`));
  return createFolder(env, `${prefix}-${process.pid}_`);
}

function parentFolder(env: Env): string {
  return env['RUNNER_TEMP'] || tmpdir();
}

function createFolder(env: Env, start: string): string {
  const given = env['RUNNER_TEMP'];
  const parent = parentFolder(env);
  try {
    return mkdtempSync(join(parent, start));
  } catch (thrown) {
    throw new ActionError({
      code: 'temporary-folder-not-writable',
      message: `Can't create a folder in ${parent}${given ? ' (RUNNER_TEMP)' : ''}: ${describeFsError(thrown)}.`,
      remedy: `Set ${given ? 'RUNNER_TEMP' : 'TMPDIR'} to a folder that the job's user can write to.`,
      cause: thrown,
    });
  }
}

/** @param pattern of the names; its group is the id of a process. */
function removeLeftFolders(parent: string, pattern: RegExp): void {
  try {
    for (const name of readdirSync(parent)) {
      const pid = pattern.exec(name)?.[1];
      if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
    }
  } catch {
    // A folder of another user. Whether this run can create its own shows next.
  }
}
