import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../core/error.ts';
import type { Env } from '../core/inputs.ts';
import { describeFsError } from './fs-error.ts';

/**
 * A new folder that only this user can read, in the runner's folder for temporary files or the system's own.
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
      message: `No folder can be made in ${parent}${given ? ' (RUNNER_TEMP)' : ''}: ${describeFsError(thrown)}.`,
      remedy: `Let ${given ? 'RUNNER_TEMP' : 'TMPDIR'} name a folder that the user of the job may write.`,
      cause: thrown,
    });
  }
}
