import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import { describeFsError } from './fs-error.ts';

/**
 * Creates a folder that only this user can read, in RUNNER_TEMP, or else in the system's temporary folder.
 * @throws ActionError `temporary-folder-not-writable`.
 */
export function temporaryFolder(env: Env, prefix: string): string {
  const given = env['RUNNER_TEMP'];
  const parent = given || tmpdir();
  try {
    return mkdtempSync(join(parent, `${prefix}-`));
  } catch (thrown) {
    throw new ActionError({
      code: 'temporary-folder-not-writable',
      message: `Can't create a folder in ${parent}${given ? ' (RUNNER_TEMP)' : ''}: ${describeFsError(thrown)}.`,
      remedy: `Set ${given ? 'RUNNER_TEMP' : 'TMPDIR'} to a folder that the job's user can write to.`,
      cause: thrown,
    });
  }
}
